using System.Net.Http.Json;
using System.Net.Sockets;
using Weft.Bench.Processes;
using Weft.Contracts.Api;

namespace Weft.Bench.Contenders;

/// <summary>
/// <c>weft-proxy run</c> under a control plane: what a relay has no configuration for. The control plane runs beside the load; each proxy is the
/// workload <c>users</c> of a namespace of its own and calls the service <c>shop</c> of that namespace at an explicit port.
/// </summary>
internal sealed class WeftMesh(BenchOptions options, string folder)
{
    private const string ServicePort = "8080";

    private readonly string _data = Path.Combine(folder, "mesh");
    private readonly int _discoveryPort = Loopback.FreePort();

    /// <summary>Where the server takes OTLP over gRPC.</summary>
    public int CollectorPort { get; } = Loopback.FreePort();

    public Launch Server => new(
        _discoveryPort, options.Server, "--data", _data, "--listen", At(_discoveryPort), "--api", At(Loopback.FreePort()), "--otlp-grpc", At(CollectorPort));

    /// <summary><c>weft tap</c> of what the proxies of namespace <paramref name="name"/> see, as far as <paramref name="filter"/> holds.</summary>
    public IReadOnlyList<string> Tap(string name, string filter, int maxRps) =>
    [
        "bash", "-c",
        $"WEFT_SOCKET='{Path.Combine(_data, "weft.sock")}' exec '{options.Cli}' tap '{filter}' -n '{name}' --max-rps {maxRps} -o jsonl > '{Path.Combine(folder, name + ".tap")}'",
    ];

    /// <param name="name">Namespace of the proxy and of what it calls.</param>
    /// <param name="resources">The service <c>shop</c> with its endpoints and routes.</param>
    public Launch Proxy(string name, string resources)
    {
        int port = Loopback.FreePort();
        string token = Path.Combine(folder, name + ".token");
        string[] run =
        [
            options.Proxy, "run", "--control", At(_discoveryPort), "--namespace", name, "--service", "users", "--workload", "users-1", "--address", "127.0.0.1",
            "--state", Path.Combine(folder, "state-" + name), "--capture", "explicit", "--to", $"shop:{ServicePort}={At(port)}",
            "--tunnel", At(Loopback.FreePort()), "--admin", At(Loopback.FreePort()), "--join-token-stdin",
        ];
        return new Launch(port, "bash", "-c", $"exec {string.Join(' ', run.Select(word => $"'{word}'"))} < '{token}'")
        {
            Before = () => PrepareAsync(name, resources, token),
        };
    }

    /// <summary>The service, with endpoints that are reached in plain, as those of peers are.</summary>
    public static string Endpoints(IReadOnlyList<string> addresses) => string.Join("\n---\n", [
        $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: shop}
        spec: {ports: [{port: {{ServicePort}}, appProtocol: http}]}
        """,
        .. addresses.Select((address, i) => $$"""
        apiVersion: weft.mesh/v1
        kind: Workload
        metadata: {name: shop-{{i}}}
        spec: {service: shop, address: {{address[..address.LastIndexOf(':')]}}, ports: [{port: {{ServicePort}}, targetPort: {{address[(address.LastIndexOf(':') + 1)..]}}}]}
        """)]);

    /// <summary>A route for each of these prefixes, all to the service itself.</summary>
    public static string Routes(IEnumerable<string> prefixes) => string.Join("\n---\n", prefixes.Select((prefix, i) => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: route-{{i}}}
        spec:
          parentRefs: [{group: "", kind: Service, name: shop}]
          rules: [{matches: [{path: {type: PathPrefix, value: "{{prefix}}" } }], backendRefs: [{name: shop, port: {{ServicePort}}}]}]
        """));

    private static string At(int port) => $"127.0.0.1:{port}";

    private async Task PrepareAsync(string name, string resources, string tokenFile)
    {
        using HttpClient api = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri("http://weft") };
        CommitRequest commit = new() { Documents = [new SourceDocument("bench.yaml", resources)], Namespace = name };
        using HttpResponseMessage committed = await api.PostAsJsonAsync("/v1/commits", commit, ApiJson.Default.CommitRequest);
        if (!committed.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"the control plane refused the resources of {name}: {await committed.Content.ReadAsStringAsync()}");
        }

        using HttpResponseMessage issued = await api.PostAsJsonAsync("/v1/tokens", new TokenRequest(name, "users"), ApiJson.Default.TokenRequest);
        TokenResult token = await issued.Content.ReadFromJsonAsync(ApiJson.Default.TokenResult) ?? throw new InvalidOperationException("no token was issued");
        await File.WriteAllTextAsync(tokenFile, token.Token + "\n");
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_data, "weft.sock")), stop);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
