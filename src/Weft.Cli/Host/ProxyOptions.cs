using System.Globalization;
using System.Net;

namespace Weft.Cli.Host;

/// <summary>What a proxy is started with: the options of <c>weft-proxy run</c>.</summary>
internal sealed record ProxyOptions
{
    /// <summary>Discovery address of the control plane, "10.77.0.1:15010".</summary>
    public required string Control { get; init; }

    public required string Namespace { get; init; }
    public required string Service { get; init; }
    public required string Workload { get; init; }
    public required IPAddress Address { get; init; }
    public required string StateDirectory { get; init; }
    public bool Transparent { get; init; } = true;
    public ProxyPorts Ports { get; init; } = ProxyPorts.Default;
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new SortedDictionary<string, string>();
    public IReadOnlyList<WorkloadPort> ServicePorts { get; init; } = [];
    public IReadOnlyList<Upstream> Upstreams { get; init; } = [];

    /// <summary>A path for HTTP, "grpc" or "grpc:SERVICE"; null: a connect is enough.</summary>
    public string? HealthCheck { get; init; }

    /// <summary>The resolver for names outside the mesh; null: none.</summary>
    public string? UpstreamDns { get; init; }

    /// <summary>Further options, as the proxy takes them.</summary>
    public IReadOnlyList<string> Extras { get; init; } = [];

    /// <summary>The command line behind <c>weft-proxy</c>.</summary>
    public IReadOnlyList<string> Arguments()
    {
        List<string> all =
        [
            "run", "--control", Control, "--namespace", Namespace, "--service", Service, "--workload", Workload, "--address", Address.ToString(),
            "--state", StateDirectory, "--capture", Transparent ? "transparent" : "explicit",
            "--tunnel", At(Transparent ? "0.0.0.0" : "127.0.0.1", Ports.Tunnel), "--admin", At("127.0.0.1", Ports.Admin),
        ];
        if (Transparent)
        {
            // Captured connections arrive from inside on loopback, and from outside on the namespace's own address.
            all.AddRange(["--outbound", At("127.0.0.1", Ports.Outbound), "--inbound", At("0.0.0.0", Ports.Inbound)]);
            all.AddRange(["--dns", At("127.0.0.1", Ports.Dns), "--mark", $"0x{CaptureRules.ProxyMark:x8}"]);
        }

        all.AddRange(Labels.SelectMany(l => (string[])["--label", $"{l.Key}={l.Value}"]));
        all.AddRange(ServicePorts.SelectMany(p => (string[])["--port", p.ToString()]));
        all.AddRange(Upstreams.SelectMany(u => (string[])["--to", u.ToString()]));
        if (HealthCheck is not null)
        {
            all.AddRange(["--health-path", HealthCheck]);
        }

        if (UpstreamDns is not null)
        {
            all.AddRange(["--upstream-dns", UpstreamDns]);
        }

        all.AddRange(Extras);
        return all;
    }

    private static string At(string address, int port) => string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");
}
