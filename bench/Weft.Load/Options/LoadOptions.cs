using System.Globalization;

namespace Weft.Load.Options;

/// <summary>The command line.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        Weft.Load http URL [--rate 100] [--for 60s] [--connections 32] [--timeout 10s] [--quiet] [--path PATH]...
        Weft.Load shop     [--rate 50]  [--for 60s] [--connections 64] [--timeout 10s] [--quiet] [--warmup 30s]
                           [--web http://web:8080] [--feed http://feed:8080] [--orders http://orders:8080]

        Sends requests at a fixed rate per second whatever becomes of those before, and measures from the time at which each was meant to be sent.
        A line a second goes to standard error; the summary, one line of JSON, to standard output. --for 0s runs until SIGTERM or SIGINT, which stop
        sending, wait for what is under way and print the summary. The exit code is 1 when a request was lost.
        --warmup says how long to wait, uncounted, until everything has answered well a few times; http mode has none unless asked.
        Several --path are asked for in turn, in place of the path of the URL.
        The addresses of the shop may also stand in WEB_URL, FEED_URL and ORDERS_URL.
        """;

    public required string Mode { get; init; }
    public Uri? Url { get; init; }

    /// <summary>Asked for in turn; none: what the URL says.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];
    public double RatePerS { get; init; } = 50;
    public TimeSpan For { get; init; } = TimeSpan.FromSeconds(60);
    public int Connections { get; init; } = 64;
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan WarmUp { get; init; }
    public bool IsQuiet { get; init; }
    public Uri Web { get; init; } = FromEnvironment("web");
    public Uri Feed { get; init; } = FromEnvironment("feed");
    public Uri Orders { get; init; } = FromEnvironment("orders");

    /// <summary>Throws <see cref="FormatException"/> with a sentence that says what is wrong.</summary>
    public static LoadOptions Parse(string[] args)
    {
        LoadOptions options = (args.Length > 0 ? args[0] : "") switch
        {
            "shop" => new LoadOptions { Mode = "shop", WarmUp = TimeSpan.FromSeconds(30) },
            "http" when args.Length > 1 => new LoadOptions { Mode = "http", Url = ParseUrl("URL", args[1]), RatePerS = 100, Connections = 32 },
            "http" => throw new FormatException("http needs a URL"),
            _ => throw new FormatException("the first word must be http or shop"),
        };
        for (int i = options.Mode == "http" ? 2 : 1; i < args.Length; i++)
        {
            if (args[i] == "--quiet")
            {
                options = options with { IsQuiet = true };
                continue;
            }

            string name = args[i];
            string value = ++i < args.Length ? args[i] : throw new FormatException($"{name} needs a value");
            options = options.With(name, value);
        }

        return options;
    }

    private LoadOptions With(string name, string value) => name switch
    {
        "--rate" => this with { RatePerS = ParseNumber(name, value, 0.1, 1_000_000) },
        "--for" => this with { For = ParseDuration(name, value) },
        "--connections" => this with { Connections = (int)ParseNumber(name, value, 1, 60_000) },
        "--timeout" => this with { Timeout = ParseDuration(name, value) },
        "--warmup" => this with { WarmUp = ParseDuration(name, value) },
        "--path" => this with { Paths = [.. Paths, value.StartsWith('/') ? value : throw new FormatException($"--path \"{value}\" does not begin with a slash")] },
        "--web" => this with { Web = ParseUrl(name, value) },
        "--feed" => this with { Feed = ParseUrl(name, value) },
        "--orders" => this with { Orders = ParseUrl(name, value) },
        _ => throw new FormatException($"unknown option {name}"),
    };

    /// <summary>Reads 250ms, 60s, 2m or 1h.</summary>
    internal static TimeSpan ParseDuration(string name, string text)
    {
        (string suffix, double seconds)[] units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600)];
        foreach ((string suffix, double seconds) in units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return TimeSpan.FromSeconds(number * seconds);
            }
        }

        throw new FormatException($"{name} \"{text}\" is no duration: write 500ms, 60s or 2m");
    }

    private static double ParseNumber(string name, string text, double least, double most)
        => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} \"{text}\" is not a number from {least} to {most}"));

    private static Uri ParseUrl(string name, string text)
        => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme == "http"
            ? url
            : throw new FormatException($"{name} \"{text}\" is no http:// address");

    private static Uri FromEnvironment(string service)
    {
        string name = service.ToUpperInvariant() + "_URL";
        return ParseUrl(name, Environment.GetEnvironmentVariable(name) ?? $"http://{service}:8080");
    }
}
