using Grpc.Core;
using Weft.Load.Measuring;
using Weft.Load.Pacing;
using Weft.Shop.Protos;

namespace Weft.Load.Shop;

/// <summary>A stream from the server: five events, in order, then the end.</summary>
internal sealed class OrderWatchKind(int weight, OrderStreams orders) : IRequestKind
{
    private const int Events = 5;
    private const int IntervalMs = 10;

    public string Name => "orders-watch";

    public int Weight => weight;

    public Task<Outcome> RunAsync(long number, CancellationToken limit) => OrderStreams.GuardAsync(async () =>
    {
        WatchRequest request = new() { Count = Events, IntervalMs = IntervalMs };
        using AsyncServerStreamingCall<OrderEvent> call = orders.Client.Watch(request, cancellationToken: limit);
        long last = 0;
        await foreach (OrderEvent news in call.ResponseStream.ReadAllAsync(limit))
        {
            if (news.Sequence != ++last)
            {
                return false;
            }
        }

        return last == Events;
    });
}
