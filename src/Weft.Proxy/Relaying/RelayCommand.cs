using Weft.Primitives.Net;
using Weft.Proxy.Flows;
using Weft.Proxy.Listening;
using Weft.Proxy.Upstreams;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy.Relaying;

/// <summary><c>weft-proxy relay</c>: options in, settings out, every mistake named.</summary>
internal static class RelayCommand
{
    public const string Help = """
        Relay connections and requests from one address to others, alone, without a control plane.

          weft-proxy relay --listen 127.0.0.1:8443 --listen-cert c.pem --listen-key k.pem --to 127.0.0.1:8080
          weft-proxy relay --listen 127.0.0.1:9001 --to 127.0.0.1:9002 --to 127.0.0.1:9003
          weft-proxy relay --listen unix:/run/app.sock --to 10.0.0.5:8443 --to-trust ca.pem --to-san spiffe://example/ns/a/svc/b

        Addresses are 127.0.0.1:9001, [::1]:9001 or unix:/path. Upstreams may also be names, host.example:9001: resolved by /etc/hosts and
        the servers of /etc/resolv.conf as often as the answers say, both families, the last answer kept for ten minutes without a server.

        Listening
          --listen ADDR            where clients connect (required)
          --listen-cert FILE       PEM chain: clients speak TLS
          --listen-key FILE        PEM private key of it
          --listen-trust FILE      PEM roots: clients must show a certificate that ends in one of them
          --listen-protocol P      auto, http1, http2 or tcp (default auto: ALPN under TLS, else the first bytes)
          --listen-proxy-protocol  every client must begin with a PROXY protocol header, version 1 or 2; for trusted proxies only
        Upstream
          --to ADDR                where to relay to (required; repeat it to balance)
          --to-cert FILE           PEM chain that is shown to the upstream
          --to-key FILE            PEM private key of it
          --to-trust FILE          PEM roots: the upstream speaks TLS and must be vouched for by one of them
          --to-san NAME            URI, DNS name or IP address that the upstream's certificate must carry (default: the name in --to, if it is one)
          --to-protocol P          auto, http1, http2 or tcp (default auto: ALPN under TLS, else what the client spoke)
          --to-sni NAME=ADDR       TLS that asks for this server name goes there untouched (*.NAME: all below it); repeat it
          --to-proxy-protocol V    v1 or v2: begin each upstream connection with the client's address; with tcp only
          --to-forward-proxy       the upstream is an HTTP proxy: it gets CONNECT, and other requests with their whole URI
          --check KIND             ask each upstream again and again whether it is well, and leave out those that are not: a path as in
                                   /healthz (HTTP as requests have it), grpc or grpc:SERVICE (grpc.health.v1), or tcp (it accepts a connection)
          --check-interval MS      from one check of an upstream to the next (default 5000)
          --check-timeout MS       for one check, name, connection and answer together (default 1000)
          --check-expect LIST      statuses of an upstream that is well (default 200-399)
          --check-host NAME        the host that an HTTP check asks for (default: the address in --to)
          --check-unhealthy N      failures in a row after which an upstream is left out (default 2)
          --check-healthy N        successes in a row after which it is back (default 1)
          --check-min-healthy P    when less than P percent are healthy, all are used (default 50); 0: never
          --grpc-web               the upstream speaks gRPC: clients may come with gRPC-Web, over HTTP/1.1 or HTTP/2
        Running
          --idle-timeout SECONDS   end a TCP stream or WebSocket that is silent for so long (default 0, never)
          --max-connection-time S  end a TCP stream or WebSocket after so many seconds (default 0, never)
          --workers N              threads, 1 to 64 (default 1)
          --memory-limit MIB       protect yourself as memory comes near this (default: the limit of the control group)
          --metrics ADDR           serve /metrics and /ready there
          --access-log PATH        one line for every exchange; - is standard output (reopened when rotated or on SIGHUP)
          --access-log-format F    json, envoy, or a format string with operators such as %RESPONSE_CODE% (default json)
          --access-log-sample P    percentage of ordinary exchanges that are logged (default 100; failures and slow ones always)
          --slow MS                from when an answer is slow (default 1000)
          --telemetry-compat LIST  istio, linkerd, envoy: metrics under their names, too
          --otlp URL               grpc://HOST:4317 or http://HOST:4318[/PATH]: spans, log records and metrics go there; under TLS: grpcs, https
          --otlp-ca FILE           PEM roots that vouch for a collector under TLS (default: the system's)
          --otlp-cert FILE         PEM chain that is shown to the collector
          --otlp-key FILE          PEM private key of it
          --otlp-header NAME=VALUE goes with each request to the collector; NAME=@FILE: the value is in a file; repeat it
          --otlp-temporality T     cumulative or delta (default cumulative)
          --trace-sample P         percentage of ordinary exchanges that become spans (default 1; failures and slow ones always)
          --request-ids            give requests without an x-request-id one
          --drain-timeout SECONDS  from SIGTERM to a hard end (default 30)
          --drain-deadline SECONDS from an upgrade (SIGUSR2) until the old process ends what is still open (default 3600)
          --upgrade-timeout SECONDS  for a new process to become ready; then the old one goes on (default 30)
        """;

    private static readonly string[] Options =
    [
        "--listen", "--listen-cert", "--listen-key", "--listen-trust", "--listen-protocol", "--to", "--to-cert", "--to-key", "--to-trust",
        "--to-san", "--to-protocol", "--to-sni", "--to-proxy-protocol", "--to-forward-proxy", "--grpc-web", "--listen-proxy-protocol", "--idle-timeout", "--max-connection-time",
        .. CheckOptions.Names, .. FlowOptions.Names, .. FlowOptions.Repeated, "--request-ids",
        "--workers", "--memory-limit", "--metrics", "--drain-timeout", "--drain-deadline", "--upgrade-timeout",
    ];

    public static RelaySettings Parse(IReadOnlyList<string> arguments)
    {
        OptionReader reader = new("relay", arguments);
        List<UpstreamPlace> to = [];
        List<(string, UpstreamPlace)> names = [];
        RelaySettings settings = new() { Listen = default, To = to, ToSni = names };
        while (reader.Next())
        {
            settings = reader.Name switch
            {
                "--listen" => settings with { Listen = reader.Address() },
                "--listen-cert" => settings with { ListenCert = reader.Text() },
                "--listen-key" => settings with { ListenKey = reader.Text() },
                "--listen-trust" => settings with { ListenTrust = reader.Text() },
                "--listen-protocol" => settings with
                {
                    ListenProtocol = reader.OneOf(
                        ("auto", ListenProtocol.Auto), ("http1", ListenProtocol.Http1), ("http2", ListenProtocol.Http2), ("tcp", ListenProtocol.Opaque)),
                },
                "--to" => Add(settings, to, reader.Place()),
                "--to-cert" => settings with { ToCert = reader.Text() },
                "--to-key" => settings with { ToKey = reader.Text() },
                "--to-trust" => settings with { ToTrust = reader.Text() },
                "--to-san" => settings with { ToSan = reader.Text() },
                "--to-protocol" => settings with
                {
                    ToProtocol = reader.OneOf(
                        ("auto", UpstreamProtocol.Auto), ("http1", UpstreamProtocol.Http1), ("http2", UpstreamProtocol.Http2), ("tcp", UpstreamProtocol.Opaque)),
                },
                "--listen-proxy-protocol" => Flag(reader, settings with { ListenProxyProtocol = true }),
                "--to-proxy-protocol" => settings with { ToProxyProtocol = reader.OneOf(("v1", ProxyVersion.V1), ("v2", ProxyVersion.V2)) },
                "--to-sni" => AddName(settings, names, reader),
                "--idle-timeout" => settings with { Times = settings.Times with { IdleMs = reader.Number(0, 86_400) * 1000 } },
                "--max-connection-time" => settings with { Times = settings.Times with { LifeMs = reader.Number(0, 604_800) * 1000 } },
                "--to-forward-proxy" => Flag(reader, settings with { ToForwardProxy = true }),
                "--grpc-web" => Flag(reader, settings with { GrpcWeb = true }),
                "--memory-limit" => settings with { MemoryLimitMb = reader.Number(16, 1_048_576) },
                "--workers" => settings with { Workers = reader.Number(1, 64) },
                { } name when CheckOptions.Names.Contains(name) => settings with { Check = settings.Check.With(reader) },
                { } name when FlowOptions.Names.Contains(name) || FlowOptions.Repeated.Contains(name) => settings with { Flows = settings.Flows.With(name, reader.Text()) },
                "--request-ids" => Flag(reader, settings with { RequestIds = true }),
                "--metrics" => settings with { Metrics = reader.Address() },
                "--drain-timeout" => settings with { DrainMs = reader.Number(0, 86_400) * 1000 },
                "--drain-deadline" => settings with { DrainDeadlineMs = reader.Number(0, 86_400) * 1000 },
                "--upgrade-timeout" => settings with { UpgradeMs = reader.Number(1, 3_600) * 1000 },
                _ => throw reader.Unknown(Options),
            };
        }

        Check(settings);
        return settings;
    }

    private static RelaySettings Add(RelaySettings settings, List<UpstreamPlace> to, UpstreamPlace place)
    {
        to.Add(place);
        return settings;
    }

    private static RelaySettings Flag(OptionReader reader, RelaySettings settings)
    {
        reader.Flag();
        return settings;
    }

    private static RelaySettings AddName(RelaySettings settings, List<(string, UpstreamPlace)> names, OptionReader reader)
    {
        string text = reader.Text();
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? "" : text[..equals].ToLowerInvariant();
        string plain = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        bool isName = plain.Length is > 0 and <= 253 && plain.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
        if (!isName || !UpstreamPlace.TryParse(text[(equals + 1)..], out UpstreamPlace place))
        {
            throw new UsageException($"--to-sni: \"{text}\" is not a name and an address; write shop.example=127.0.0.1:9001 or *.shop.example=127.0.0.1:9001");
        }

        names.Add((name, place));
        return settings;
    }

    private static void Check(RelaySettings settings)
    {
        settings.Flows.Check();
        Require(settings.Listen.Family != NetFamily.None, "--listen ADDR is required");
        Require(settings.To.Count > 0 || settings.ToSni.Count > 0, "--to ADDR is required");
        Require((settings.ListenCert is null) == (settings.ListenKey is null), "--listen-cert and --listen-key belong together: give both or none");
        Require(settings.ListenTrust is null || settings.ListenCert is not null, "--listen-trust needs --listen-cert and --listen-key");
        Require((settings.ToCert is null) == (settings.ToKey is null), "--to-cert and --to-key belong together: give both or none");
        Require(settings.ToCert is null || settings.ToTrust is not null, "--to-cert needs --to-trust: TLS to an upstream that nobody vouches for is refused");
        Require(settings.Check.IsGiven || settings.Check.Other is null, $"{settings.Check.Other} needs --check");
        Require(
            !settings.Check.IsGiven || settings.ToSni.Count == 0 || settings.Check.Rule.Kind == Contracts.Mesh.CheckKind.Tcp,
            "--to-sni passes TLS on untouched: its upstreams can be checked with --check tcp only");
        Require(settings.ToSan is null || settings.ToTrust is not null, "--to-san needs --to-trust");
        Require(!settings.GrpcWeb || settings.ToProtocol is UpstreamProtocol.Auto or UpstreamProtocol.Http2, "--grpc-web needs an upstream of HTTP/2");
        Require(!settings.ToForwardProxy || settings.ToProtocol != UpstreamProtocol.Opaque, "--to-forward-proxy needs an upstream of HTTP");
        Require(
            settings.ToSni.Count == 0 || (settings.ListenCert is null && settings.ToTrust is null),
            "--to-sni passes TLS on untouched: leave --listen-cert and --to-trust away");
        Require(
            settings.ToSni.Count == 0 || settings.ListenProtocol is ListenProtocol.Auto or ListenProtocol.Opaque,
            "--to-sni needs --listen-protocol auto or tcp");
        Require(
            settings.ToProxyProtocol == ProxyVersion.None || settings.ListenProtocol == ListenProtocol.Opaque || settings.ToProtocol == UpstreamProtocol.Opaque,
            "--to-proxy-protocol needs --listen-protocol tcp: a connection of HTTP carries the requests of several clients");
        Require(
            (settings.ListenProtocol == ListenProtocol.Opaque) == (settings.ToProtocol == UpstreamProtocol.Opaque)
                || settings.ListenProtocol == ListenProtocol.Auto || settings.ToProtocol == UpstreamProtocol.Auto,
            "tcp on one side and HTTP on the other cannot be relayed: make both tcp, or neither");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new UsageException(message + "; see weft-proxy relay --help");
        }
    }
}
