using System.Text.Json;
using Microsoft.Extensions.Logging;
using Weft.Contracts.Api;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Insight;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Events;

/// <summary>Looks once a second at what the dashboard shows, while anybody does, and tells what has changed.</summary>
internal sealed partial class EventFeed(ApiParts parts, ILogger log)
{
    private const int WindowSeconds = 10;

    /// <summary>So many times as long as a look took it rests: a very large map comes less often than every second, and leaves the processor to those who report.</summary>
    private const int RestPerWork = 4;

    private readonly MapChanges _map = new();
    private Dictionary<string, ProxyItem> _proxies = new(StringComparer.Ordinal);
    private string _sentence = "";
    private bool _wasWatched;

    internal EventHub Hub { get; } = new();

    /// <summary>A commit was made.</summary>
    internal void Committed(ModelRevision revision)
    {
        if (Hub.HasReaders && parts.Store.FindCommit(revision.Commit) is { } commit)
        {
            Hub.Publish("commit", JsonSerializer.SerializeToUtf8Bytes(ApiShapes.CommitOf(commit), ApiJson.Default.CommitResult));
        }
    }

    /// <summary>The whole, for a reader that begins.</summary>
    internal async ValueTask<IReadOnlyList<(string Name, byte[] Data)>> WholeAsync(CancellationToken stop)
    {
        Topology map = await parts.Ports.Traffic.GetTopologyAsync(Query(), stop);
        MeshStatus status = parts.Ports.Mesh.GetStatus();
        return
        [
            ("topology", JsonSerializer.SerializeToUtf8Bytes(map, ApiJson.Default.Topology)),
            ("status", JsonSerializer.SerializeToUtf8Bytes(status, ApiJson.Default.MeshStatus)),
            ("health", JsonSerializer.SerializeToUtf8Bytes(HomeReader.Make(parts, TrafficSummary.Of(map), status, null), ApiJson.Default.HomeAnswer)),
        ];
    }

    internal async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1), parts.Time);
        DateTimeOffset restUntil = DateTimeOffset.MinValue;
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (!Hub.HasReaders)
                {
                    _wasWatched = false;
                    continue;
                }

                if (parts.Time.GetUtcNow() >= restUntil)
                {
                    long begin = parts.Time.GetTimestamp();
                    await LookAsync(stop);
                    restUntil = parts.Time.GetUtcNow() + (parts.Time.GetElapsedTime(begin) * RestPerWork);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        try
        {
            Topology map = await parts.Ports.Traffic.GetTopologyAsync(Query(), stop);
            Topology changes = _map.Next(map);
            MeshStatus status = parts.Ports.Mesh.GetStatus();
            List<ProxyItem> changed = [.. status.Proxies.Where(proxy => !_proxies.TryGetValue(proxy.Workload, out ProxyItem? old) || Differs(old, proxy))];
            bool hasLess = _proxies.Count > status.Proxies.Count - changed.Count && _proxies.Keys.Except(status.Proxies.Select(static proxy => proxy.Workload)).Any();
            _proxies = status.Proxies.ToDictionary(static proxy => proxy.Workload, StringComparer.Ordinal);
            HomeAnswer home = HomeReader.Make(parts, TrafficSummary.Of(map), status, null);
            if (!_wasWatched)
            {
                // Who reads has begun with the whole; what was remembered from the last time is no difference.
                _wasWatched = true;
                _sentence = home.Sentence;
                return;
            }

            Hub.Publish("topology", JsonSerializer.SerializeToUtf8Bytes(changes, ApiJson.Default.Topology));
            if (changed.Count > 0 || hasLess)
            {
                Hub.Publish("status", JsonSerializer.SerializeToUtf8Bytes(hasLess ? status : status with { Proxies = changed }, ApiJson.Default.MeshStatus));
            }

            if (home.Sentence != _sentence)
            {
                _sentence = home.Sentence;
                Hub.Publish("health", JsonSerializer.SerializeToUtf8Bytes(home, ApiJson.Default.HomeAnswer));
            }
        }
        catch (StoreException fault)
        {
            Log.Failed(log, fault.Message);
        }
    }

    private TrafficQuery Query()
    {
        // Whole seconds only: the one that goes on would make every rate swing.
        TrafficQuery last = TrafficQuery.Last(WindowSeconds, parts.Time.GetUtcNow());
        return last with { To = last.To - 1 };
    }

    private static bool Differs(ProxyItem a, ProxyItem b)
        => a.State != b.State || a.Health != b.Health || a.Commit != b.Commit || a.Version != b.Version || a.LastRefusal != b.LastRefusal || a.Capture != b.Capture
            || a.CertificateNotAfter != b.CertificateNotAfter;

    private static partial class Log
    {
        [LoggerMessage(EventId = 301, Level = LogLevel.Error, Message = "events could not be made: {Reason}")]
        internal static partial void Failed(ILogger log, string reason);
    }
}
