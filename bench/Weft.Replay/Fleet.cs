using System.Diagnostics;
using Grpc.Net.Client;

namespace Weft.Replay;

/// <summary>All proxies, and the clock that makes each of them report once a second, spread over the second.</summary>
internal sealed class Fleet : IDisposable
{
    private const int JoinersAtOnce = 8;
    private const int Slots = 50;
    private readonly List<PlayedProxy> _proxies = [];
    private readonly List<ServiceIdentity> _identities = [];
    private readonly int _flowsPerSecond;
    private long _latestMs;
    private long _reports;

    private Fleet(int flowsPerSecond) => _flowsPerSecond = flowsPerSecond;

    internal IReadOnlyList<PlayedProxy> Proxies => _proxies;

    internal long Cells => _proxies.Sum(static proxy => (long)proxy.Cells);

    internal long Made => _proxies.Sum(static proxy => proxy.Made);

    internal long Changed => _proxies.Sum(static proxy => (long)proxy.Changed);

    internal long Reports => Interlocked.Read(ref _reports);

    /// <summary>How late the latest report was since the last time this was asked: a server that falls behind pushes back, and this grows.</summary>
    internal long TakeLatestMs() => Interlocked.Exchange(ref _latestMs, 0);

    internal static async Task<Fleet> JoinAsync(ReplayOptions options, MeshPlan plan, ServerProgram server)
    {
        Fleet fleet = new(options.FlowsPerSecond);
        fleet._identities.AddRange(Enumerable.Range(0, options.Services).Select(static _ => new ServiceIdentity()));
        using GrpcChannel signing = ServiceIdentity.Open(server.Address, null);
        ParallelOptions some = new() { MaxDegreeOfParallelism = JoinersAtOnce };
        await Parallel.ForAsync(0, options.Services, some, async (service, _) => await fleet._identities[service].JoinAsync(server.Api, signing, service));
        PlayedProxy?[] proxies = new PlayedProxy?[options.Proxies];
        await Parallel.ForAsync(0, options.Proxies, some, async (number, _) =>
        {
            ServiceIdentity identity = fleet._identities[plan.ServiceOf(number)];
            GrpcChannel channel = options.SharesConnections ? identity.Shared(server.Address) : ServiceIdentity.Open(server.Address, identity);
            proxies[number] = new PlayedProxy(plan, number, channel, options.SharesConnections);
            await proxies[number]!.BeginAsync();
        });
        fleet._proxies.AddRange(proxies.OfType<PlayedProxy>());
        return fleet;
    }

    /// <summary>Reports until told to stop, and once more to the end of each round.</summary>
    internal Task PlayAsync(CancellationToken stop)
        => Task.WhenAll(Enumerable.Range(0, Slots).Select(slot => Task.Run(() => PlaySlotAsync(slot, stop), CancellationToken.None)));

    public void Dispose()
    {
        _proxies.ForEach(static proxy => proxy.Dispose());
        _identities.ForEach(static identity => identity.Dispose());
    }

    private async Task PlaySlotAsync(int slot, CancellationToken stop)
    {
        Random random = new(slot);
        long begin = Stopwatch.GetTimestamp();
        for (long second = 0; !stop.IsCancellationRequested; second++)
        {
            double dueMs = (second * 1_000) + (slot * 1_000.0 / Slots);
            double waitMs = dueMs - Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            if (waitMs > 1)
            {
                await Task.Delay((int)waitMs, CancellationToken.None);
            }

            for (int i = slot; i < _proxies.Count; i += Slots)
            {
                double share = (double)_flowsPerSecond / _proxies.Count;
                await _proxies[i].ReportAsync((int)share + (random.NextDouble() < share - (int)share ? 1 : 0));
                Interlocked.Increment(ref _reports);
            }

            Late((long)(Stopwatch.GetElapsedTime(begin).TotalMilliseconds - dueMs));
        }
    }

    private void Late(long ms)
    {
        long seen;
        while (ms > (seen = Interlocked.Read(ref _latestMs)) && Interlocked.CompareExchange(ref _latestMs, ms, seen) != seen)
        {
            // Somebody else told of a later one meanwhile.
        }
    }
}
