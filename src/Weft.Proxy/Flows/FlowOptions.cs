using System.Globalization;
using Weft.Primitives;
using Weft.Proxy.Flows.AccessLogs;
using Weft.Proxy.Flows.Otlp;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Flows;

/// <summary>What options of the command line say about records: the same for <c>run</c> and <c>relay</c>.</summary>
internal sealed record FlowOptions
{
    /// <summary>The options, each with a value.</summary>
    public static readonly string[] Names =
    [
        "--access-log", "--access-log-format", "--access-log-sample", "--trace-sample", "--slow", "--telemetry-compat",
        "--otlp", "--otlp-temporality", "--otlp-ca", "--otlp-cert", "--otlp-key",
    ];

    /// <summary>Options that may be given more than once.</summary>
    public static readonly string[] Repeated = ["--otlp-header"];

    public static string Help { get; } =
        """
        Records:     --access-log PATH|-       one line for every exchange (reopened when rotated or on SIGHUP)
                     --access-log-format json|envoy|'%START_TIME% %RESPONSE_CODE% …'   (default json)
                     --access-log-sample PERCENT   of ordinary exchanges (default 100; failures and slow ones always)
                     --trace-sample PERCENT    of requests whose record is sent unasked (default 1)
                     --otlp grpc://HOST:4317|http://HOST:4318[/PATH]   (spans, log records and metrics; grpcs and https: under TLS)
                     --otlp-ca FILE            PEM roots that vouch for the collector (default: the system's)
                     --otlp-cert FILE          PEM chain that is shown to it  --otlp-key FILE  PEM private key of that
                     --otlp-header NAME=VALUE|NAME=@FILE   goes with each request (repeat)
                     --otlp-temporality cumulative|delta
                     --telemetry-compat istio,linkerd,envoy   (metrics under their names, too)
                     --slow MS                 from when an answer is slow (default 1000)
        """;

    public static FlowOptions None { get; } = new();

    /// <summary>A file, "-" for standard output, or null for no access log.</summary>
    public string? AccessLog { get; init; }

    public ILogFormat? Format { get; init; }

    /// <summary>Where spans, log records and metrics go; null: nowhere.</summary>
    public OtlpOptions? Otlp { get; init; }

    /// <summary>Names of other meshes on the page for Prometheus.</summary>
    public CompatFamilies Compat { get; init; }

    public FlowSettings Settings { get; init; } = FlowSettings.Default;

    /// <summary>Takes one option over.</summary>
    /// <exception cref="UsageException">The value is none.</exception>
    public FlowOptions With(string name, string value) => name switch
    {
        "--access-log" => this with { AccessLog = value },
        "--access-log-format" => this with { Format = value switch { "json" => new JsonLogFormat(), "envoy" => TextLogFormat.Parse(TextLogFormat.Default), _ => TextLogFormat.Parse(value) } },
        "--access-log-sample" => this with { Settings = Settings with { AccessLogShare = Share(name, value) } },
        "--trace-sample" => this with { Settings = Settings with { SampleShare = Share(name, value) } },
        "--telemetry-compat" => this with { Compat = ReadCompat(name, value) },
        "--otlp" => this with { Otlp = ReadOtlp(name, value) },
        "--otlp-temporality" => this with { Otlp = Before(name) with { IsDelta = IsDelta(name, value) } },
        "--otlp-ca" => this with { Otlp = Before(name) with { CaFile = value } },
        "--otlp-cert" => this with { Otlp = Before(name) with { CertFile = value } },
        "--otlp-key" => this with { Otlp = Before(name) with { KeyFile = value } },
        "--otlp-header" => this with { Otlp = Before(name).With(name, OtlpHeader.Parse(name, value)) },
        "--slow" => this with { Settings = Settings with { SlowUs = Milliseconds(name, value) * 1_000 } },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no option of records"),
    };

    /// <summary>Looks at what only all options together tell.</summary>
    /// <exception cref="UsageException">They do not fit.</exception>
    public void Check() => Otlp?.Check();

    /// <summary>Opens the access log; null when none is asked for.</summary>
    /// <param name="settings">Those in force.</param>
    public AccessLog? Open(Current<FlowSettings> settings) => AccessLog is null ? null : new AccessLog(AccessLog, Format ?? new JsonLogFormat(), settings);

    private static double Share(string name, string value)
        => double.TryParse(value.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent <= 100
            ? percent / 100
            : throw new UsageException($"{name}: \"{value}\" is not a percentage from 0 to 100");

    /// <summary>The last URL counts, with what other options have said.</summary>
    private OtlpOptions ReadOtlp(string name, string value)
    {
        OtlpOptions read = OtlpUrl.Parse(name, value);
        return Otlp is null ? read : Otlp with { Place = read.Place, Protocol = read.Protocol, IsSecure = read.IsSecure, Authority = read.Authority, BasePath = read.BasePath };
    }

    private OtlpOptions Before(string name) => Otlp ?? throw new UsageException($"{name} needs --otlp before it");

    private static bool IsDelta(string name, string value) => value switch
    {
        "delta" => true,
        "cumulative" => false,
        _ => throw new UsageException($"{name}: \"{value}\" is neither delta nor cumulative"),
    };

    private static CompatFamilies ReadCompat(string name, string value)
    {
        CompatFamilies families = CompatFamilies.None;
        foreach (string word in value.Split(','))
        {
            families |= word switch
            {
                "istio" or "kiali" => CompatFamilies.Istio,
                "linkerd" => CompatFamilies.Linkerd,
                "envoy" => CompatFamilies.Envoy,
                _ => throw new UsageException($"{name}: \"{word}\" is none of istio, linkerd, envoy"),
            };
        }

        return families;
    }

    private static long Milliseconds(string name, string value)
        => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int ms) && ms > 0
            ? ms
            : throw new UsageException($"{name}: \"{value}\" is not a whole number of milliseconds");
}
