using System.Globalization;
using Weft.Contracts.Session;

namespace Weft.Replay;

/// <summary>Who calls whom in the played mesh, the same for equal sizes: services in namespaces of a hundred, a few of them hubs that many call.</summary>
internal sealed class MeshPlan
{
    private const int ServicesPerNamespace = 100;
    private static readonly string[] s_protocols = ["http1", "http2", "grpc"];
    private readonly ReplayOptions _options;
    private readonly List<int>[] _callees;
    private readonly List<int>[] _callers;

    internal MeshPlan(ReplayOptions options)
    {
        _options = options;
        Random random = new(7);
        _callees = [.. Enumerable.Range(0, options.Services).Select(static _ => new List<int>())];
        _callers = [.. Enumerable.Range(0, options.Services).Select(static _ => new List<int>())];
        HashSet<(int, int)> edges = [];
        while (edges.Count < Math.Min(options.Edges, options.Services * (options.Services - 1) / 2))
        {
            int source = random.Next(options.Services);

            // The square makes services with low numbers the hubs.
            double place = random.NextDouble();
            int destination = (int)(options.Services * place * place);
            if (source != destination && edges.Add((source, destination)))
            {
                _callees[source].Add(destination);
                _callers[destination].Add(source);
            }
        }

        Edges = edges.Count;
    }

    internal int Edges { get; }

    internal static string NamespaceOf(int service) => "team-" + Text(service / ServicesPerNamespace);

    internal static string NameOf(int service) => "svc-" + Text(service);

    internal static string FullName(int service) => NamespaceOf(service) + "/" + NameOf(service);

    /// <summary>The service of a proxy; every service has its share of them.</summary>
    internal int ServiceOf(int proxy) => proxy % _options.Services;

    /// <summary>What one proxy counts: calls of its workload, and calls to it, each by route template, and of some edges the failures.</summary>
    internal List<PlayedCell> CellsOf(int proxy)
    {
        Random random = new(proxy);
        int service = ServiceOf(proxy);
        int replicas = ReplicasOf(service);
        List<PlayedCell> cells = [];
        foreach (int callee in _callees[service])
        {
            Add(cells, Direction.Outbound, service, callee, replicas, random);
        }

        foreach (int caller in _callers[service])
        {
            Add(cells, Direction.Inbound, caller, service, replicas, random);
        }

        return cells;
    }

    private int ReplicasOf(int service) => (_options.Proxies / _options.Services) + (service < _options.Proxies % _options.Services ? 1 : 0);

    private void Add(List<PlayedCell> cells, Direction direction, int source, int destination, int replicas, Random random)
    {
        // What belongs to the edge is the same for both sides and every replica.
        Random edge = new((source * 10_007) + destination);
        double perEdge = (double)_options.RequestsPerSecond / Edges;
        double rate = perEdge * Math.Exp(edge.NextDouble() + edge.NextDouble() - 1) / replicas;
        string protocol = s_protocols[edge.Next(s_protocols.Length)];
        int latencyUs = (int)(800 * Math.Exp(edge.NextDouble() * 4));
        int templates = 1 + edge.Next(2);
        for (int i = 0; i < templates; i++)
        {
            cells.Add(new PlayedCell(Cell(direction, source, destination, protocol, $"/v1/things-{Text(i)}/{{id}}", isSuccess: true), rate / templates, latencyUs));
        }

        if (edge.Next(20) == 0)
        {
            cells.Add(new PlayedCell(Cell(direction, source, destination, protocol, "/v1/things-0/{id}", isSuccess: false), rate / 100, latencyUs + random.Next(100)));
        }
    }

    private static TrafficCell Cell(Direction direction, int source, int destination, string protocol, string template, bool isSuccess) => new()
    {
        Direction = direction,
        Source = FullName(source),
        SourceIdentity = IdentityOf(source),
        Destination = FullName(destination),
        DestinationIdentity = IdentityOf(destination),
        Protocol = protocol,
        Template = template,
        StatusClass = isSuccess ? 2u : 5u,
        Reason = "OK",
        Success = isSuccess,
        MutualTls = true,
        TlsVersion = "1.3",
        ClientRtt = new PartSum(),
        ServerRtt = new PartSum(),
        Application = new PartSum(),
        Transfer = new PartSum(),
    };

    internal static string IdentityOf(int service) => $"spiffe://weft.local/ns/{NamespaceOf(service)}/svc/{NameOf(service)}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
