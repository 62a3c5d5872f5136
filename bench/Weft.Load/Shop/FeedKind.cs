using Weft.Load.Measuring;
using Weft.Load.Pacing;

namespace Weft.Load.Shop;

/// <summary>A message over one of a few WebSockets that stay open; the answer must carry the same text.</summary>
internal sealed class FeedKind(int weight, FeedSockets sockets) : IRequestKind
{
    public string Name => "feed";

    public int Weight => weight;

    public Task<Outcome> RunAsync(long number, CancellationToken limit) => sockets.AskAsync(number, limit);
}
