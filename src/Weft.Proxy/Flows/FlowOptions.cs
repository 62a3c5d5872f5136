using System.Globalization;
using Weft.Proxy.Flows.AccessLogs;

namespace Weft.Proxy.Flows;

/// <summary>What options of the command line say about records: the same for <c>run</c> and <c>relay</c>.</summary>
internal sealed record FlowOptions
{
    /// <summary>The options, each with a value.</summary>
    public static readonly string[] Names = ["--access-log", "--access-log-format", "--access-log-sample", "--trace-sample", "--slow"];

    public static string Help { get; } =
        """
        Records:     --access-log PATH|-       one line for every exchange (reopened when rotated or on SIGHUP)
                     --access-log-format json|envoy|'%START_TIME% %RESPONSE_CODE% …'   (default json)
                     --access-log-sample PERCENT   of ordinary exchanges (default 100; failures and slow ones always)
                     --trace-sample PERCENT    of requests whose record is sent unasked (default 1)
                     --slow MS                 from when an answer is slow (default 1000)
        """;

    public static FlowOptions None { get; } = new();

    /// <summary>A file, "-" for standard output, or null for no access log.</summary>
    public string? AccessLog { get; init; }

    public ILogFormat? Format { get; init; }

    public double AccessLogShare { get; init; } = 1;

    public FlowSettings Settings { get; init; } = FlowSettings.Default;

    /// <summary>Takes one option over.</summary>
    /// <exception cref="UsageException">The value is none.</exception>
    public FlowOptions With(string name, string value) => name switch
    {
        "--access-log" => this with { AccessLog = value },
        "--access-log-format" => this with { Format = value switch { "json" => new JsonLogFormat(), "envoy" => TextLogFormat.Parse(TextLogFormat.Default), _ => TextLogFormat.Parse(value) } },
        "--access-log-sample" => this with { AccessLogShare = Share(name, value) },
        "--trace-sample" => this with { Settings = Settings with { SampleShare = Share(name, value) } },
        "--slow" => this with { Settings = Settings with { SlowUs = Milliseconds(name, value) * 1_000 } },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no option of records"),
    };

    /// <summary>Opens the access log; null when none is asked for.</summary>
    public AccessLog? Open() => AccessLog is null ? null : new AccessLog(AccessLog, Format ?? new JsonLogFormat(), AccessLogShare);

    private static double Share(string name, string value)
        => double.TryParse(value.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent <= 100
            ? percent / 100
            : throw new UsageException($"{name}: \"{value}\" is not a percentage from 0 to 100");

    private static long Milliseconds(string name, string value)
        => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int ms) && ms > 0
            ? ms
            : throw new UsageException($"{name}: \"{value}\" is not a whole number of milliseconds");
}
