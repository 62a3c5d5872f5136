using System.Globalization;
using Weft.Proxy.Flows.AccessLogs;
using Weft.Proxy.Flows.Otlp;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Flows;

/// <summary>What options of the command line say about records: the same for <c>run</c> and <c>relay</c>.</summary>
internal sealed record FlowOptions
{
    /// <summary>The options, each with a value.</summary>
    public static readonly string[] Names = ["--access-log", "--access-log-format", "--access-log-sample", "--trace-sample", "--slow", "--telemetry-compat", "--otlp", "--otlp-temporality"];

    public static string Help { get; } =
        """
        Records:     --access-log PATH|-       one line for every exchange (reopened when rotated or on SIGHUP)
                     --access-log-format json|envoy|'%START_TIME% %RESPONSE_CODE% …'   (default json)
                     --access-log-sample PERCENT   of ordinary exchanges (default 100; failures and slow ones always)
                     --trace-sample PERCENT    of requests whose record is sent unasked (default 1)
                     --otlp grpc://HOST:4317|http://HOST:4318   (spans, log records and metrics)
                     --otlp-temporality cumulative|delta
                     --telemetry-compat istio,linkerd,envoy   (metrics under their names, too)
                     --slow MS                 from when an answer is slow (default 1000)
        """;

    public static FlowOptions None { get; } = new();

    /// <summary>A file, "-" for standard output, or null for no access log.</summary>
    public string? AccessLog { get; init; }

    public ILogFormat? Format { get; init; }

    public double AccessLogShare { get; init; } = 1;

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
        "--access-log-sample" => this with { AccessLogShare = Share(name, value) },
        "--trace-sample" => this with { Settings = Settings with { SampleShare = Share(name, value) } },
        "--telemetry-compat" => this with { Compat = ReadCompat(name, value) },
        "--otlp" => this with { Otlp = ReadOtlp(name, value) with { IsDelta = Otlp?.IsDelta ?? false } },
        "--otlp-temporality" => this with { Otlp = (Otlp ?? throw new UsageException($"{name} needs --otlp before it")) with { IsDelta = IsDelta(name, value) } },
        "--slow" => this with { Settings = Settings with { SlowUs = Milliseconds(name, value) * 1_000 } },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no option of records"),
    };

    /// <summary>Opens the access log; null when none is asked for.</summary>
    public AccessLog? Open() => AccessLog is null ? null : new AccessLog(AccessLog, Format ?? new JsonLogFormat(), AccessLogShare);

    private static double Share(string name, string value)
        => double.TryParse(value.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent <= 100
            ? percent / 100
            : throw new UsageException($"{name}: \"{value}\" is not a percentage from 0 to 100");

    private static OtlpOptions ReadOtlp(string name, string value)
    {
        int scheme = value.IndexOf("://", StringComparison.Ordinal);
        OtlpProtocol? protocol = scheme < 0 ? null : value[..scheme] switch { "grpc" => OtlpProtocol.Grpc, "http" => OtlpProtocol.Http, _ => null };
        return protocol is { } known && UpstreamPlace.TryParse(value[(scheme + 3)..].TrimEnd('/'), out UpstreamPlace place)
            ? new OtlpOptions(place, known)
            : throw new UsageException($"{name}: \"{value}\" is neither grpc://HOST:4317 nor http://HOST:4318");
    }

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
