using System.Globalization;
using Weft.Contracts.Mesh;
using Weft.Identity;
using Weft.Primitives.Net;
using Weft.Proxy.Flows;
using Weft.Proxy.Listening;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy;

/// <summary>Reads the options of <c>weft-proxy run</c>. Every fault is a <see cref="UsageException"/> that names option, value and fix.</summary>
internal sealed class RunSettingsReader
{
    /// <summary>Longest name of a namespace, service or workload: one DNS label.</summary>
    private const int NameMax = 63;

    private const int RepeatedMax = 256;
    private const int WorkersMax = 64;

    private static readonly string[] Single =
    [
        "--control", "--namespace", "--service", "--workload", "--address", "--state", "--capture", "--outbound", "--inbound", "--tunnel",
        "--dns", "--admin", "--mark", "--app-proxy-protocol", "--upstream-dns", "--zone", "--workers", "--memory-limit", "--health-path", "--drain-timeout", "--drain-deadline", "--upgrade-timeout",
        .. FlowOptions.Names,
    ];

    private static readonly string[] Repeated = ["--label", "--port", "--to", "--proxy-protocol-from", .. FlowOptions.Repeated];

    private readonly Dictionary<string, string> _single = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _repeated = new(StringComparer.Ordinal);
    private bool _joinToken;

    private RunSettingsReader()
    {
    }

    public static string Help { get; } =
        """
        weft-proxy run: the proxy of one workload

        Identity:    --control ADDR:15010  --namespace NS  --service NAME  --workload NAME  --address IP
                     --label KEY=VALUE (repeat)  --zone ZONE  --state DIR  --join-token-stdin
        Application: --port 8080[=127.0.0.1:18080 or =unix:/run/app.sock][:http1|http2|grpc|tcp|http-proxy] (repeat)
                     --health-path /healthz | grpc[:service]      (default: a TCP connect)
                     --app-proxy-protocol v1|v2  (for ports declared tcp)  --proxy-protocol-from ADDRESS[/LENGTH] (repeat)
        Capture:     --capture transparent|explicit  --to cart:8080=127.0.0.1:21001 or =unix:/run/cart.sock (repeat)  --mark 0x77656674
        Listeners:   --outbound ADDR  --inbound ADDR  --tunnel ADDR  --dns ADDR  --admin ADDR
        Other:       --upstream-dns IP[:PORT]  --workers N  --memory-limit MIB
        Ending:      --drain-timeout SECONDS   (from SIGTERM to a hard end, default 30)
                     --drain-deadline SECONDS  (from an upgrade by SIGUSR2 to the old process's hard end, default 3600)
                     --upgrade-timeout SECONDS (for a new process to become ready, default 30)

        """ + FlowOptions.Help;

    /// <param name="args">What stands behind "run".</param>
    /// <exception cref="UsageException">An option is unknown, missing, given twice or malformed.</exception>
    public static RunSettings Read(IReadOnlyList<string> args)
    {
        RunSettingsReader reader = new();
        reader.Collect(args);
        return reader.Build();
    }

    private void Collect(IReadOnlyList<string> args)
    {
        for (int i = 0; i < args.Count; i++)
        {
            string option = args[i];
            string? value = null;
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            if (option.StartsWith("--", StringComparison.Ordinal) && equals > 0)
            {
                value = option[(equals + 1)..];
                option = option[..equals];
            }

            if (option == "--join-token-stdin" && value is null)
            {
                _joinToken = true;
            }
            else if (Single.Contains(option) || Repeated.Contains(option))
            {
                value ??= ++i < args.Count ? args[i] : throw new UsageException($"option {option} needs a value");
                Keep(option, value);
            }
            else
            {
                throw new UsageException($"unknown option \"{option}\"; `weft-proxy run --help` lists them");
            }
        }
    }

    private void Keep(string option, string value)
    {
        if (Single.Contains(option))
        {
            if (!_single.TryAdd(option, value))
            {
                throw new UsageException($"option {option} is given twice (\"{_single[option]}\" and \"{value}\"); give it once");
            }

            return;
        }

        if (!_repeated.TryGetValue(option, out List<string>? values))
        {
            _repeated.Add(option, values = []);
        }

        if (values.Count == RepeatedMax)
        {
            throw new UsageException($"option {option} is given more than {RepeatedMax} times");
        }

        values.Add(value);
    }

    private RunSettings Build()
    {
        bool transparent = Value("--capture") switch
        {
            null or "transparent" => true,
            "explicit" => false,
            { } other => throw Wrong("--capture", other, "transparent or explicit"),
        };
        NetAddress address = Host("--address", Required("--address"));
        List<ServedPort> ports = [.. Values("--port").Select(ReadPort)];
        if (ports.GroupBy(static p => p.Port).FirstOrDefault(static g => g.Count() > 1) is { } twice)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"option --port names port {twice.Key} twice; each port of a service has one target"));
        }

        (HealthCheckKind healthCheck, string healthPath) = ReadHealth(Value("--health-path"));
        return new RunSettings
        {
            Control = Address("--control", Required("--control")),
            Namespace = Name("--namespace"),
            Service = Name("--service"),
            Workload = Name("--workload"),
            Address = address,
            StateDirectory = Required("--state"),
            Labels = ReadLabels(),
            Ports = ports,
            Transparent = transparent,
            Outbound = Optional("--outbound") ?? (transparent ? Loopback(15001) : null),
            Inbound = Optional("--inbound") ?? (transparent ? NetAddress.V4(0, 15006) : null),
            Tunnel = Optional("--tunnel") ?? address.WithPort(15008),
            Dns = Optional("--dns") ?? (transparent ? Loopback(15053) : null),
            Admin = Optional("--admin") ?? Loopback(15020),
            Destinations = [.. Values("--to").Select(ReadDestination)],
            JoinTokenOnStdin = _joinToken,
            Mark = ReadMark(Value("--mark"), transparent),
            UpstreamDns = ReadResolver(Value("--upstream-dns")),
            ProxyProtocolFrom = [.. Values("--proxy-protocol-from").Select(static text => AddressBlock.TryParse(text, out AddressBlock block)
                ? block
                : throw Wrong("--proxy-protocol-from", text, "an address or a block of them, such as 10.0.0.7 or 10.0.0.0/24"))],
            AppProxyProtocol = Value("--app-proxy-protocol") switch
            {
                null => ProxyVersion.None,
                "v1" => ProxyVersion.V1,
                "v2" => ProxyVersion.V2,
                { } other => throw Wrong("--app-proxy-protocol", other, "v1 or v2"),
            },
            Zone = Value("--zone") ?? "",
            MemoryLimitMb = (int)(Number("--memory-limit", 16, 1_048_576) ?? 0),
            Workers = (int)(Number("--workers", 1, WorkersMax) ?? 1),
            HealthCheck = healthCheck,
            HealthPath = healthPath,
            DrainTimeoutMs = (int)(Number("--drain-timeout", 0, 3600) ?? 30) * 1000,
            DrainDeadlineMs = (int)(Number("--drain-deadline", 0, 86_400) ?? 3_600) * 1000,
            Flows = ReadFlows(),
            UpgradeMs = (int)(Number("--upgrade-timeout", 1, 3_600) ?? 30) * 1000,
        };
    }

    private FlowOptions ReadFlows()
    {
        FlowOptions flows = FlowOptions.None;
        foreach (string name in FlowOptions.Names)
        {
            flows = Value(name) is { } value ? flows.With(name, value) : flows;
        }

        foreach (string name in FlowOptions.Repeated)
        {
            flows = Values(name).Aggregate(flows, (all, value) => all.With(name, value));
        }

        flows.Check();
        return flows;
    }

    private static NetAddress Loopback(ushort port) => NetAddress.V4(0x7f000001, port);

    private Dictionary<string, string> ReadLabels()
    {
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach (string text in Values("--label"))
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !labels.TryAdd(text[..equals], text[(equals + 1)..]))
            {
                throw Wrong("--label", text, "KEY=VALUE, each key once, such as version=v2");
            }
        }

        return labels;
    }

    private static ServedPort ReadPort(string text)
    {
        const string Form = "PORT, PORT:PROTOCOL, PORT=ADDRESS:PORT[:PROTOCOL] or PORT=unix:/PATH[:PROTOCOL], such as 8080=127.0.0.1:18080:http1; protocols are http1, http2, grpc, tcp, http-proxy";
        ReadOnlySpan<char> rest = text;
        Protocol protocol = Protocol.Auto;
        int colon = rest.LastIndexOf(':');
        if (colon >= 0 && TryProtocol(rest[(colon + 1)..], out protocol))
        {
            rest = rest[..colon];
        }

        int equals = rest.IndexOf('=');
        if (!TryPort(equals < 0 ? rest : rest[..equals], out ushort port))
        {
            throw Wrong("--port", text, Form);
        }

        NetAddress target = Loopback(port);
        return equals < 0 || (NetAddress.TryParse(rest[(equals + 1)..], out target) && (target.Family == NetFamily.Unix || target.Port != 0))
            ? new ServedPort(port, target, protocol)
            : throw Wrong("--port", text, Form);
    }

    private static bool TryProtocol(ReadOnlySpan<char> text, out Protocol protocol)
    {
        protocol = text switch
        {
            "http1" => Protocol.Http1,
            "http2" => Protocol.Http2,
            "grpc" => Protocol.Grpc,
            "tcp" => Protocol.Tcp,
            "http-proxy" => Protocol.HttpProxy,
            _ => Protocol.Auto,
        };
        return protocol != Protocol.Auto || text is "auto";
    }

    private static ExplicitDestination ReadDestination(string text)
    {
        string[] halves = text.Split('=');
        int colon = halves[0].LastIndexOf(':');
        if (halves.Length != 2 || colon <= 0 || !TryPort(halves[0].AsSpan(colon + 1), out ushort port)
            || !NetAddress.TryParse(halves[1], out NetAddress listen))
        {
            throw Wrong("--to", text, "SERVICE:PORT=ADDRESS:PORT or SERVICE:PORT=unix:/PATH, such as cart:8080=127.0.0.1:21001");
        }

        return new ExplicitDestination(halves[0][..colon].ToLowerInvariant(), port, listen);
    }

    private static (HealthCheckKind Kind, string Path) ReadHealth(string? text)
    {
        return text switch
        {
            null => (HealthCheckKind.Tcp, ""),
            "grpc" => (HealthCheckKind.Grpc, ""),
            _ when text.StartsWith("grpc:", StringComparison.Ordinal) => (HealthCheckKind.Grpc, text["grpc:".Length..]),
            _ when text.StartsWith('/') && !text.AsSpan().ContainsAnyExceptInRange('!', '~') => (HealthCheckKind.Http, text),
            _ => throw Wrong("--health-path", text, "a path such as /healthz, or grpc, or grpc:SERVICE"),
        };
    }

    private static uint ReadMark(string? text, bool transparent)
    {
        if (text is null)
        {
            return transparent ? RunSettings.DefaultMark : 0;
        }

        return text.StartsWith("0x", StringComparison.Ordinal) && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint mark)
            ? mark
            : throw Wrong("--mark", text, "a hexadecimal number such as 0x77656674");
    }

    private static NetAddress? ReadResolver(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return NetAddress.TryParseHost(text, 53, out NetAddress address) || (NetAddress.TryParse(text, out address) && address.Family != NetFamily.Unix)
            ? address
            : throw Wrong("--upstream-dns", text, "the address of a resolver, such as 10.0.0.2 or 10.0.0.2:5353");
    }

    private static NetAddress Host(string option, string text) =>
        NetAddress.TryParseHost(text, 0, out NetAddress address) ? address : throw Wrong(option, text, "an IP address such as 10.77.0.5");

    private static NetAddress Address(string option, string text) =>
        NetAddress.TryParse(text, out NetAddress address) ? address : throw Wrong(option, text, "ADDRESS:PORT, such as 127.0.0.1:15010 or [::1]:15010");

    private NetAddress? Optional(string option) => Value(option) is { } text ? Address(option, text) : null;

    private long? Number(string option, long least, long most)
    {
        if (Value(option) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number
            : throw Wrong(option, text, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
    }

    /// <summary>Names become parts of identities and host names: one DNS label (RFC 1123), lower case.</summary>
    private string Name(string option)
    {
        string text = Required(option);
        bool label = text.Length is > 0 and <= NameMax && text[0] != '-' && text[^1] != '-'
            && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
        if (!label)
        {
            throw Wrong(option, text, $"lower-case letters, digits and inner hyphens, at most {NameMax}");
        }

        return text == WellKnownIdentities.SystemNamespace && option == "--namespace"
            ? throw Wrong(option, text, "another namespace; this one belongs to the mesh itself")
            : text;
    }

    private string Required(string option) => Value(option) ?? throw new UsageException($"option {option} is missing; `weft-proxy run --help` shows its form");

    private string? Value(string option) => _single.GetValueOrDefault(option);

    private List<string> Values(string option) => _repeated.GetValueOrDefault(option) ?? [];

    private static bool TryPort(ReadOnlySpan<char> text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port != 0;

    private static UsageException Wrong(string option, string value, string fix) => new($"option {option}: \"{value}\" is not understood; write {fix}");
}
