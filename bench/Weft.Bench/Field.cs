using Weft.Bench.Contenders;
using Weft.Bench.Measuring;
using Weft.Bench.Processes;

namespace Weft.Bench;

/// <summary>Who meets whom: the contenders of every scenario, configured by their own guides.</summary>
internal sealed class Field(string folder, BenchOptions options, Certificates certificates)
{
    private const int Connections = 32;
    private const int ModestRatePerS = 1_000;

    private readonly Nginx _nginx = new(folder);
    private readonly HaProxy _haproxy = new(folder);
    private readonly WeftRelay _weft = new(options.Proxy);

    public int OriginPort { get; } = Loopback.FreePort();

    public int EchoPort { get; } = Loopback.FreePort();

    /// <summary>nginx with a file of 85 bytes, kept open.</summary>
    public Launch Origin() => _nginx.Origin(OriginPort, new string('w', 84) + "\n");

    public Launch Echo() => new(EchoPort, Environment.ProcessPath!, "echo", EchoPort.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public IEnumerable<Scenario> Scenarios()
    {
        WrkLoad closed = new(Connections, options.LoadProcessor);
        OpenLoopLoad open = new(options.Load, ModestRatePerS, Connections, options.LoadProcessor);
        yield return new Scenario("plain", "HTTP/1.1, one proxy, 32 connections, as fast as it goes", closed, Plain("p"));
        yield return new Scenario("mtls", "HTTP/1.1 through a pair of proxies, mutual TLS 1.3 between them, 32 connections", closed, Pairs("m"));
        yield return new Scenario("plain-1000", "HTTP/1.1, one proxy, 1,000 requests per second (open loop)", open, Plain("po"));
        yield return new Scenario("mtls-1000", "HTTP/1.1 through a pair with mutual TLS, 1,000 requests per second (open loop)", open, Pairs("mo"));
        yield return new Scenario("tcp", "TCP, 128 bytes there and back, 32 connections", new PingPongLoad(Connections, options.LoadProcessor), Tcp("t"));
    }

    public IReadOnlyList<Contender> Plain(string tag)
    {
        int nginx = Loopback.FreePort();
        int haproxy = Loopback.FreePort();
        int weft = Loopback.FreePort();
        return
        [
            new Contender("nginx", [_nginx.Relay(tag, nginx, OriginPort)]),
            new Contender("HAProxy", [_haproxy.Relay(tag, haproxy, OriginPort)]),
            new Contender("weft-proxy", [_weft.Relay(weft, OriginPort)]),
        ];
    }

    private List<Contender> Pairs(string tag)
    {
        List<Contender> pairs = [];
        int far = Loopback.FreePort();
        int near = Loopback.FreePort();
        pairs.Add(new Contender("nginx, HTTP/1.1 between", [_nginx.FromTls(tag + "-b", far, OriginPort, certificates), _nginx.ToTls(tag + "-a", near, far, certificates)]));
        foreach ((string protocol, string title) in ((string, string)[])[("http/1.1", "HAProxy, HTTP/1.1 between"), ("h2", "HAProxy, HTTP/2 between")])
        {
            far = Loopback.FreePort();
            near = Loopback.FreePort();
            string name = $"{tag}-{protocol.Replace('/', '-')}";
            pairs.Add(new Contender(
                title,
                [_haproxy.FromTls(name + "-b", far, OriginPort, certificates, protocol), _haproxy.ToTls(name + "-a", near, far, certificates, protocol)]));
        }

        far = Loopback.FreePort();
        near = Loopback.FreePort();
        pairs.Add(new Contender("weft-proxy, HTTP/2 between", [_weft.FromTls(far, OriginPort, certificates), _weft.ToTls(near, far, certificates)]));
        return pairs;
    }

    private List<Contender> Tcp(string tag)
    {
        int nginx = Loopback.FreePort();
        int haproxy = Loopback.FreePort();
        int weft = Loopback.FreePort();
        return
        [
            new Contender("nginx", [_nginx.Tcp(tag, nginx, EchoPort)]),
            new Contender("HAProxy", [_haproxy.Tcp(tag, haproxy, EchoPort)]),
            new Contender("weft-proxy", [_weft.Tcp(weft, EchoPort)]),
        ];
    }
}
