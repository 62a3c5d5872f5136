using Weft.Load.Measuring;
using Weft.Load.Pacing;

namespace Weft.Load.Http;

/// <summary>A kind of request that is one HTTP/1.1 exchange, made for each number anew.</summary>
internal sealed class HttpKind(string name, int weight, HttpPool pool, Func<long, HttpCall> make) : IRequestKind
{
    public string Name => name;

    public int Weight => weight;

    public Task<Outcome> RunAsync(long number, CancellationToken limit) => pool.RunAsync(make(number), limit);
}
