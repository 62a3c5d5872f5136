using System.Globalization;
using System.Text;
using Weft.Bench.Contenders;
using Weft.Bench.Measuring;
using Weft.Bench.Processes;

namespace Weft.Bench;

/// <summary>Who meets whom in which scenario, under which load, and what weft-proxy has to reach there.</summary>
internal sealed class Field(string folder, BenchOptions options, Certificates certificates)
{
    private const int Connections = 32;
    private const int BodyBytes = 85;
    private const int ModestRatePerS = 1_000;
    private const int TappedRatePerS = 2_000;
    private const int TappedRoutes = 10;
    private const int GrpcConnections = 4;
    private const int GrpcStreams = 8;
    private const int LargeConnections = 8;
    private const int LargeBytes = 1_000_000;
    private const int HandshakeCallers = 4;
    private const int FewEndpoints = 10;
    private const int ManyEndpoints = 10_000;
    private const int ManyRoutes = 5_000;
    private const int RoutesPerArea = 20;

    private readonly GrpcOrigin _grpc = new(folder);
    private readonly int _originPort = Loopback.FreePort();
    private readonly int _echoPort = Loopback.FreePort();
    private readonly int _grpcPort = Loopback.FreePort();
    private readonly int _everywherePort = Loopback.FreePort();
    private readonly WeftMesh _mesh = new(options, folder);

    private Lineups Lineups => new(folder, options, certificates, _mesh, _originPort);

    /// <summary>The servers behind the proxies: files over HTTP/1.1, an echo over TCP, a gRPC service.</summary>
    public IEnumerable<(string Name, Launch Launch)> Origins()
    {
        Dictionary<string, byte[]> files = new()
        {
            ["index.html"] = Encoding.ASCII.GetBytes(new string('w', BodyBytes)),
            ["large"] = new byte[LargeBytes],
        };
        yield return ("the origin", new Nginx(folder).Origin(_originPort, [$"127.0.0.1:{_originPort}"], files));
        yield return ("the echo server", new Launch(_echoPort, Environment.ProcessPath!, "echo", _echoPort.ToString(CultureInfo.InvariantCulture)));
        if (options.Wants("endpoints") || options.Wants("routes") || options.Wants("tap"))
        {
            yield return ("the origin at all addresses", new HaProxy(folder).Origin("origin", _everywherePort, new string('w', BodyBytes)));
        }

        if (options.Wants("endpoints") || options.Wants("routes") || options.Wants("telemetry") || options.Wants("tap"))
        {
            yield return ("the control plane", _mesh.Server);
        }

        if (options.Wants("grpc"))
        {
            yield return ("the gRPC origin", _grpc.Launch(_grpcPort));
        }
    }

    public IEnumerable<Scenario> Scenarios() => All().Where(scenario => options.Wants(scenario.Name));

    /// <summary>One proxy as the memory scenario needs it.</summary>
    public IReadOnlyList<Contender> Memory(MemoryKind kind) => kind switch
    {
        MemoryKind.Plain => Lineups.Plain("mem"),
        MemoryKind.MutualTls => Lineups.Terminators("mem-tls"),
        _ => Lineups.PlainHttp2("mem-h2"),
    };

    private IEnumerable<Scenario> All()
    {
        int? processor = options.LoadProcessor;
        WrkLoad closed = new(Connections, processor);
        OpenLoopLoad open = new(options.Load, ModestRatePerS, Connections, processor);
        Goal[] openGoals = [new(Against.BestPeer, 0.7), new(Against.BestPeer, 0.7, Figure.AddedP50), new(Against.BestPeer, 0.8, Figure.AddedP99)];
        yield return new Scenario("plain", "HTTP/1.1, one proxy, 32 connections, as fast as it goes", closed, [.. Lineups.Plain("p"), .. Lineups.Others()])
        {
            Goals = [new Goal(Against.BestPeer, 0.85), new Goal(Against.Other, 0.3)],
        };
        yield return new Scenario("mtls", "HTTP/1.1 through a pair of proxies, mutual TLS 1.3 between them, 32 connections", closed, Lineups.Pairs("m"))
        {
            Goals = [new Goal(Against.BestPeer, 0.8), new Goal(Against.Nginx, 0.45)],
        };
        yield return new Scenario(
            "grpc", "gRPC unary, pair with mutual TLS, HTTP/2 throughout, 4 connections × 8 streams",
            new H2Load(GrpcConnections, GrpcStreams, _grpc, processor), Lineups.GrpcPairs("g", _grpcPort))
        {
            Goals = [new Goal(Against.BestPeer, 0.7)],
        };
        yield return new Scenario("tcp", "TCP, 128 bytes there and back, 32 connections", new PingPongLoad(Connections, processor), Lineups.Tcp("t", _echoPort))
        {
            Goals = [new Goal(Against.BestPeer, 0.9)],
        };
        yield return new Scenario("plain-1000", "HTTP/1.1, one proxy, 1,000 requests per second (open loop)", open, [Contender.Direct(_originPort), .. Lineups.Plain("po")]);
        yield return new Scenario(
            "mtls-1000", "HTTP/1.1 through a pair with mutual TLS, 1,000 requests per second (open loop)", open,
            [Contender.Direct(_originPort), .. Lineups.Pairs("mo")])
        {
            Goals = openGoals,
        };
        yield return new Scenario(
            "large", "Bodies of 1 MB through a pair with mutual TLS, 8 connections", new WrkLoad(LargeConnections, processor, "/large"), Lineups.Pairs("l"))
        {
            Measure = Measure.CpuPerGigabyte,
            BodyBytes = LargeBytes,
            Goals = [new Goal(Against.BestPeer, 0.95)],
        };
        yield return new Scenario(
            "handshakes", "A new mutual TLS 1.3 connection for each request (full handshakes, P-256, no tickets)",
            new HandshakeLoad(HandshakeCallers, certificates, processor), Lineups.Terminators("h"))
        {
            Measure = Measure.CpuPerConnection,
            Goals = [new Goal(Against.BestPeer, 1.0)],
        };
        yield return new Scenario(
            "endpoints", "HTTP/1.1, one proxy in front of 10 and of 10,000 endpoints, 32 connections", closed,
            Lineups.Endpoints("e", Endpoints(FewEndpoints), Endpoints(ManyEndpoints)))
        {
            Goals = [new Goal(Against.Base, 1.05)],
        };
        string[] routes = [.. Enumerable.Range(0, ManyRoutes).Select(i => $"/area-{i / RoutesPerArea}/thing-{i % RoutesPerArea}")];
        yield return new Scenario(
            "routes", "HTTP/1.1, one proxy with 1 and with 5,000 routes by path, 32 connections", new WrkLoad(Connections, processor, routes[ManyRoutes / 2] + "/item"),
            Lineups.Routes("r", $"127.0.0.1:{_everywherePort}", [routes[ManyRoutes / 2]], routes))
        {
            Goals = [new Goal(Against.Base, 1.05)],
        };
        yield return new Scenario("telemetry", "HTTP/1.1, one proxy with and without records of each request, 32 connections", closed, Lineups.Telemetry("tel"))
        {
            Goals = [new Goal(Against.Base, 1.1)],
        };
        string[] tapped = [.. Enumerable.Range(0, TappedRoutes).Select(i => $"/area-{i}")];
        yield return new Scenario(
            "tap", "HTTP/1.1, one proxy with 10 routes at 2,000 requests per second (open loop), with and without a tap of one of the routes",
            new OpenLoopLoad(options.Load, TappedRatePerS, Connections, processor, tapped), Lineups.Tap($"127.0.0.1:{_everywherePort}", tapped, TappedRatePerS))
        {
            Goals = [new Goal(Against.Base, 1.05)],
        };
    }

    /// <summary>The whole of 127.0.0.0/8 is this machine, so each endpoint has an address of its own.</summary>
    private string[] Endpoints(int count) => [.. Enumerable.Range(0, count).Select(i => $"127.1.{i / 250}.{(i % 250) + 1}:{_everywherePort}")];
}
