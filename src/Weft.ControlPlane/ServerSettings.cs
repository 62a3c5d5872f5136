using System.Globalization;
using System.Net;
using Weft.Identity;
using Weft.Model;

namespace Weft.ControlPlane;

/// <summary>What the server is told at its start, from options and <c>WEFT_SERVER_*</c>; options win. Nothing else reads the environment.</summary>
public sealed record ServerSettings
{
    private const int StandardApiPort = 15011;
    private const int StandardUiPort = 15012;
    private const int StandardOtlpGrpcPort = 4317;
    private const int StandardOtlpHttpPort = 4318;

    /// <summary>Everything the server keeps; mode 0700.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where proxies connect: gRPC over TLS.</summary>
    public IPEndPoint Grpc { get; init; } = new(IPAddress.Any, 15010);

    /// <summary>The API over HTTPS.</summary>
    public IPEndPoint Api { get; init; } = new(IPAddress.Loopback, StandardApiPort);

    /// <summary>The page and the API in plain HTTP for browsers on this machine or behind an SSH tunnel; loopback only. Null: off.</summary>
    public IPEndPoint? Ui { get; init; }

    /// <summary>Telemetry of applications and collectors over gRPC: plain on loopback, else TLS with a token. Null: off.</summary>
    public IPEndPoint? OtlpGrpc { get; init; }

    /// <summary>The same over HTTP.</summary>
    public IPEndPoint? OtlpHttp { get; init; }

    /// <summary>Whether somebody chose where telemetry is taken; if not, it goes without when the standard ports are taken.</summary>
    public bool IsOtlpChosen { get; init; }

    /// <summary>The Prometheus from which tables and series of traffic come; null: from the server's own figures.</summary>
    public Uri? Prometheus { get; init; }

    /// <summary>The API on a Unix socket; mode 0600.</summary>
    public required string SocketPath { get; init; }

    public string TrustDomain { get; init; } = "weft.local";

    public LogFormat Log { get; init; } = LogFormat.Text;

    /// <summary>How long a workload's certificate is valid; its proxy renews it at half of that. 1 second to 30 days.</summary>
    public TimeSpan LeafLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>More names and addresses under which proxies and clients reach this server; they go into its certificate.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>systemd's notification socket, if it started the server.</summary>
    public bool UnderSystemd { get; init; }

    public static string HelpText { get; } =
        """
        Run Weft's control plane.

          weft server
          weft server --data /var/lib/weft --listen 0.0.0.0:15010 --trust-domain shop.example

        Options, each also as an environment variable (WEFT_SERVER_DATA and so on):
          --data DIR            directory for everything the server keeps (default: /var/lib/weft as root, else ~/.local/state/weft)
          --listen ADDR         where proxies connect, gRPC over TLS (default 0.0.0.0:15010)
          --api ADDR            the API over HTTPS with a bearer token (default 127.0.0.1:15011)
          --ui ADDR|off         the page in plain HTTP, loopback only (default 127.0.0.1:15012; off where --api has another port than 15011)
          --otlp-grpc ADDR|off  telemetry of applications, OTLP over gRPC (default 127.0.0.1:4317; off where --api has another port than 15011)
          --otlp-http ADDR|off  the same over HTTP (default 127.0.0.1:4318, and so on); on other addresses than loopback both are TLS with a token
          --query-source S      where tables and series of traffic come from: store, or prometheus=URL of one that scrapes the proxies (default store)
          --socket PATH         the API on a Unix socket (default DIR/weft.sock)
          --trust-domain NAME   the mesh's SPIFFE trust domain, fixed at the first start (default weft.local)
          --leaf-ttl DURATION   how long a workload's certificate is valid, as in 24h or 30s (default 24h)
          --name NAME           one more DNS name or IP address for the server's certificate; may be repeated
          --log text|json       form of the log on standard error (default text)
          --help                this text
        """;

    /// <summary>Reads options and environment.</summary>
    /// <exception cref="ServerStartException">Exit code 64: an option is unknown, lacks its value or has a bad one.</exception>
    public static ServerSettings Parse(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        Dictionary<string, string> options = new(StringComparer.Ordinal);
        List<string> names = [];
        foreach (string option in (string[])["data", "listen", "api", "socket", "ui", "otlp-grpc", "otlp-http", "query-source", "trust-domain", "log", "leaf-ttl"])
        {
            if (environment("WEFT_SERVER_" + option.Replace('-', '_').ToUpperInvariant()) is { Length: > 0 } value)
            {
                options[option] = value;
            }
        }

        names.AddRange((environment("WEFT_SERVER_NAME") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        ReadArguments(arguments, options, names);
        string data = Path.GetFullPath(options.GetValueOrDefault("data") ?? DefaultData(environment));
        ServerSettings settings = new()
        {
            DataDirectory = data,
            SocketPath = CheckSocket(Path.GetFullPath(options.GetValueOrDefault("socket") ?? Path.Combine(data, "weft.sock"))),
            Names = [.. names.Select(CheckName)],
            UnderSystemd = environment("NOTIFY_SOCKET") is { Length: > 0 },
        };
        IPEndPoint address = options.TryGetValue("api", out string? api) ? ParseAddress("api", api) : settings.Api;
        return settings with
        {
            Grpc = options.TryGetValue("listen", out string? listen) ? ParseAddress("listen", listen) : settings.Grpc,
            Api = address,
            Ui = options.TryGetValue("ui", out string? ui) ? ParseUi(ui) : address.Port == StandardApiPort ? new(IPAddress.Loopback, StandardUiPort) : null,
            OtlpGrpc = ParseOtlp("otlp-grpc", options, address, StandardOtlpGrpcPort),
            OtlpHttp = ParseOtlp("otlp-http", options, address, StandardOtlpHttpPort),
            IsOtlpChosen = options.ContainsKey("otlp-grpc") || options.ContainsKey("otlp-http"),
            Prometheus = options.TryGetValue("query-source", out string? source) ? ParseSource(source) : null,
            TrustDomain = options.TryGetValue("trust-domain", out string? domain) ? CheckTrustDomain(domain) : settings.TrustDomain,
            Log = options.TryGetValue("log", out string? log) ? ParseLog(log) : settings.Log,
            LeafLifetime = options.TryGetValue("leaf-ttl", out string? ttl) ? ParseLifetime(ttl) : settings.LeafLifetime,
        };
    }

    private static void ReadArguments(IReadOnlyList<string> arguments, Dictionary<string, string> options, List<string> names)
    {
        HashSet<string> given = new(StringComparer.Ordinal);
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string option = equals < 0 ? argument : argument[..equals];
            if (option is not ("--data" or "--listen" or "--api" or "--ui" or "--socket" or "--otlp-grpc" or "--otlp-http" or "--query-source" or "--trust-domain" or "--log" or "--leaf-ttl" or "--name"))
            {
                throw Usage($"there is no option \"{option}\"", "weft server --help shows the options");
            }

            string? value = equals >= 0 ? argument[(equals + 1)..] : i + 1 < arguments.Count ? arguments[++i] : null;
            if (string.IsNullOrEmpty(value))
            {
                throw Usage($"{option} lacks its value", "weft server --help shows the options");
            }

            if (option == "--name")
            {
                names.Add(value);
            }
            else if (!given.Add(option))
            {
                throw Usage($"{option} is given twice", "give it once");
            }
            else
            {
                options[option[2..]] = value;
            }
        }
    }

    private static string DefaultData(Func<string, string?> environment)
    {
        if (Environment.IsPrivilegedProcess)
        {
            return "/var/lib/weft";
        }

        string state = environment("XDG_STATE_HOME") is { Length: > 0 } given
            ? given
            : Path.Combine(environment("HOME") ?? "/tmp", ".local", "state");
        return Path.Combine(state, "weft");
    }

    /// <summary>Accepts "127.0.0.1:15010" and "[::1]:15010", nothing that a reader could take for something else; port 0 means any free one.</summary>
    private static IPEndPoint ParseAddress(string option, string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        string bare = bracketed ? host[1..^1] : host;
        if (colon >= 0
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            && IPAddress.TryParse(bare, out IPAddress? address)
            && address.ToString() == bare
            && bracketed == bare.Contains(':'))
        {
            return new IPEndPoint(address, port);
        }

        throw Usage($"--{option} has a bad address \"{text}\"", "write it like 127.0.0.1:15010 or [::1]:15010");
    }

    /// <summary>Cookies and data go over it in the clear, so it may not leave the machine.</summary>
    private static IPEndPoint? ParseUi(string text)
    {
        if (text == "off")
        {
            return null;
        }

        IPEndPoint address = ParseAddress("ui", text);
        return IPAddress.IsLoopback(address.Address)
            ? address
            : throw Usage($"--ui serves plain HTTP, so {address.Address} is not possible", "use a loopback address such as 127.0.0.1:15012; other machines reach the page over HTTPS at --api, or through ssh -L");
    }

    /// <summary>The standard port on loopback for the server that has the other standard ports too: a second one on the machine takes none by itself.</summary>
    private static IPEndPoint? ParseOtlp(string option, Dictionary<string, string> options, IPEndPoint api, int standardPort)
    {
        if (!options.TryGetValue(option, out string? text))
        {
            return api.Port == StandardApiPort ? new IPEndPoint(IPAddress.Loopback, standardPort) : null;
        }

        return text == "off" ? null : ParseAddress(option, text);
    }

    /// <summary>"store", or "prometheus=" and the URL below which Prometheus has its "/api/v1". Passwords in it would be seen in the list of processes.</summary>
    private static Uri? ParseSource(string text)
    {
        const string Prefix = "prometheus=";
        if (text == "store")
        {
            return null;
        }

        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && Uri.TryCreate(text[Prefix.Length..], UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.Host.Length > 0
            && address.UserInfo.Length == 0
            && address.Query.Length == 0
            && address.Fragment.Length == 0
            ? address
            : throw Usage($"--query-source has a bad value \"{text}\"", "write store, or prometheus=http://HOST:PORT without user, password and query");
    }

    private static string CheckSocket(string path)
    {
        // sun_path has 108 bytes with its terminating zero (unix(7)).
        const int PathBytesMax = 107;
        return System.Text.Encoding.UTF8.GetByteCount(path) <= PathBytesMax
            ? path
            : throw Usage($"the path of the socket is longer than {PathBytesMax} bytes: {path}", "choose a shorter one with --socket");
    }

    private static string CheckTrustDomain(string text)
        => SpiffeId.IsTrustDomain(text) ? text : throw Usage(
            $"--trust-domain has a bad name \"{text}\"",
            "use lower-case letters, digits, \"-\", \"_\" and \".\", as in weft.local");

    private static string CheckName(string text)
        => IPAddress.TryParse(text, out _) || Uri.CheckHostName(text) == UriHostNameType.Dns
            ? text
            : throw Usage($"--name has a bad name \"{text}\"", "give a DNS name or an IP address");

    private static TimeSpan ParseLifetime(string text)
        => GatewayDuration.TryParse(text, out TimeSpan lifetime) && lifetime >= TimeSpan.FromSeconds(1) && lifetime <= TimeSpan.FromDays(30)
            ? lifetime
            : throw Usage($"--leaf-ttl has a bad duration \"{text}\"", "give 1 second to 30 days, as in 24h, 10m or 30s");

    private static LogFormat ParseLog(string text) => text switch
    {
        "text" => LogFormat.Text,
        "json" => LogFormat.Json,
        _ => throw Usage($"--log has an unknown form \"{text}\"", "use text or json"),
    };

    private static ServerStartException Usage(string message, string fix) => new(ServerExit.Usage, message, fix);
}
