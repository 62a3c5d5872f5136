using System.Collections.Concurrent;
using System.Globalization;
using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;
using Weft.Model;

namespace Weft.ControlPlane.Flows;

/// <summary>Opens taps at proxies over their sessions, keeps them open while somebody reads, and hands what they send to the reader.</summary>
internal sealed class TapHub(SessionHub hub, TimeProvider time)
{
    /// <summary>Taps open at the same time: proxies take no more either.</summary>
    internal const int TapsMax = 10;

    /// <summary>A proxy ends a tap after so long unless it is renewed: a server that vanished must not leave taps behind.</summary>
    private const int SecondsPerTerm = 60;

    private static readonly TimeSpan s_renewEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Tap> _taps = new(StringComparer.Ordinal);

    /// <summary>Opens a tap; null when there are too many.</summary>
    internal Tap? Open(TapRequest request)
    {
        Tap tap = new(Guid.NewGuid().ToString("n"), request);
        return _taps.Count < TapsMax && _taps.TryAdd(tap.Id, tap) ? tap : null;
    }

    /// <summary>Keeps the tap open at every proxy that it is about, those that come later too, until told to stop; then closes it.</summary>
    internal async Task KeepAsync(Tap tap, CancellationToken stop)
    {
        try
        {
            using PeriodicTimer timer = new(s_lookEvery, time);
            DateTimeOffset renewAt = time.GetUtcNow();
            do
            {
                bool isDue = time.GetUtcNow() >= renewAt;
                if (isDue)
                {
                    renewAt = time.GetUtcNow() + s_renewEvery;
                    tap.Proxies.Clear();
                }

                Start(tap);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The reader went away.
        }
        finally
        {
            Close(tap);
        }
    }

    /// <summary>A proxy sent records for a tap.</summary>
    internal void Deliver(FlowBatch batch)
    {
        if (_taps.TryGetValue(batch.Tap, out Tap? tap))
        {
            tap.Take(batch);
        }
    }

    private void Start(Tap tap)
    {
        foreach (ProxyConnection connection in hub.Connections)
        {
            NamespacedName workload = connection.Session.Workload;
            bool isMeant = (tap.Request.Namespace is null || workload.Namespace == tap.Request.Namespace)
                && (tap.Request.Service is null || connection.Service == tap.Request.Service);
            if (isMeant && tap.Proxies.Add(new Tap.RegistryMark(connection.Session)))
            {
                connection.Tell("tap-start", new Dictionary<string, string>
                {
                    ["id"] = tap.Id,
                    ["filter"] = tap.Request.Filter,
                    ["max-rps"] = tap.Request.MaxPerSecond.ToString(CultureInfo.InvariantCulture),
                    ["headers"] = tap.Request.Headers,
                    ["seconds"] = SecondsPerTerm.ToString(CultureInfo.InvariantCulture),
                });
            }
        }
    }

    private void Close(Tap tap)
    {
        _taps.TryRemove(tap.Id, out _);
        foreach (ProxyConnection connection in hub.Connections)
        {
            if (tap.Proxies.Contains(new Tap.RegistryMark(connection.Session)))
            {
                connection.Tell("tap-stop", new Dictionary<string, string> { ["id"] = tap.Id });
            }
        }
    }
}
