using Weft.Contracts.Mesh;
using Weft.Primitives.Net;
using Weft.Proxy.Upstreams;
using Weft.Routing.Snapshot;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy.Meshing;

/// <summary>
/// The upstreams of one worker, by where they are and who they must be. One that nobody has used for a while is drained and forgotten, so
/// the table follows the edges of the workload, not the size of the mesh.
/// </summary>
internal sealed class UpstreamTable
{
    private const long UnusedMs = 60_000;
    private const long SweepMs = 10_000;

    /// <summary>A far proxy that is silent for so long, and again for so long after a ping, is taken for dead.</summary>
    private const int TunnelKeepAliveMs = 10_000;

    /// <summary>Upstreams kept at once; beyond, the least recently used go first.</summary>
    private const int Max = 10_000;

    private readonly MeshWorker _worker;
    private readonly Dictionary<Key, Entry> _entries = [];
    private readonly Engine.LoopTimer _sweep;

    public UpstreamTable(MeshWorker worker)
    {
        _worker = worker;
        _sweep = new Engine.LoopTimer(worker.Loop, Sweep);
        _sweep.Set(SweepMs);
    }

    public int Count => _entries.Count;

    /// <summary>The tunnel of an endpoint inside the mesh.</summary>
    public Upstream Tunnel(EndpointView endpoint, int connectMs) => Get(new Key(endpoint.Address.WithPort(endpoint.TunnelPort), endpoint.Identity), connectMs);

    /// <summary>An address outside the mesh.</summary>
    public Upstream Plain(NetAddress address, int connectMs) => Get(new Key(address, ""), connectMs);

    /// <summary>An endpoint without a proxy, by address or by name.</summary>
    public Upstream Outside(EndpointView endpoint, PortView port, int connectMs) => Get(
        new Key(endpoint.Address.WithPort(endpoint.TargetPort(port.Number)), "")
        {
            Host = endpoint.Host,
            IsForwardProxy = port.Protocol == Protocol.HttpProxy,
            IsHttp2 = SpeaksHttp2(port.Protocol),
        },
        connectMs);

    /// <summary>The local application.</summary>
    public Upstream Application(ServedPort served)
        => Get(
            new Key(served.Target, "")
            {
                Other = served.Other,
                IsForwardProxy = served.Protocol == Protocol.HttpProxy,
                IsHttp2 = SpeaksHttp2(served.Protocol),
                ProxyHeader = served.Protocol == Protocol.Tcp ? _worker.Settings.AppProxyProtocol : ProxyVersion.None,
            },
            0);

    public void Drain()
    {
        _sweep.Remove();
        foreach (Entry entry in _entries.Values)
        {
            entry.Upstream.Drain();
        }
    }

    private Upstream Get(Key key, int connectMs)
    {
        if (!_entries.TryGetValue(key, out Entry? entry))
        {
            if (_entries.Count >= Max)
            {
                Forget(_entries.MinBy(pair => pair.Value.UsedMs).Key);
            }

            entry = new Entry(Make(key, connectMs));
            _entries.Add(key, entry);
        }

        entry.UsedMs = _worker.Loop.NowMs;
        return entry.Upstream;
    }

    /// <summary>What was declared as HTTP/2 is spoken to in nothing else, whatever the client speaks. Everything else goes by the client.</summary>
    private static bool SpeaksHttp2(Protocol declared) => UpstreamProtocols.Of(declared) == UpstreamProtocol.Http2;

    private Upstream Make(Key key, int connectMs)
    {
        bool meshed = key.Identity.Length > 0;
        UpstreamSettings settings = new()
        {
            Address = key.Address,
            Protocol = meshed || key.IsHttp2 ? UpstreamProtocol.Http2 : UpstreamProtocol.Auto,
            Tls = meshed ? () => _worker.Svid.Client : null,
            ExpectedName = meshed ? key.Identity : null,
            KeepAliveMs = meshed ? TunnelKeepAliveMs : 0,
            Other = key.Other,
            Host = key.Host,
            ProxyHeader = key.ProxyHeader,

            // The far proxy is no server that would mind a scheme, and what the application wrote must reach a forward proxy behind it.
            IsForwardProxy = key.IsForwardProxy || meshed,
            ConnectMs = connectMs > 0 ? connectMs : _worker.Limits.ConnectMs,
        };
        return new Upstream(_worker.Loop, _worker.Dialer, settings, _worker.Limits);
    }

    private void Sweep()
    {
        long oldest = _worker.Loop.NowMs - UnusedMs;
        foreach (Key key in _entries.Where(pair => pair.Value.UsedMs < oldest && !pair.Value.Upstream.IsBusy).Select(pair => pair.Key).ToArray())
        {
            Forget(key);
        }

        _sweep.Set(SweepMs);
    }

    private void Forget(Key key)
    {
        if (_entries.Remove(key, out Entry? entry))
        {
            entry.Upstream.Drain();
        }
    }

    private readonly record struct Key(NetAddress Address, string Identity)
    {
        public NetAddress? Other { get; init; }

        public string? Host { get; init; }

        public bool IsForwardProxy { get; init; }

        public bool IsHttp2 { get; init; }

        public ProxyVersion ProxyHeader { get; init; }
    }

    private sealed class Entry(Upstream upstream)
    {
        public Upstream Upstream { get; } = upstream;

        public long UsedMs { get; set; }
    }
}
