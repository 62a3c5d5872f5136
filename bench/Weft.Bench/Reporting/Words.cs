using System.Globalization;
using Weft.Bench.Measuring;

namespace Weft.Bench.Reporting;

/// <summary>How figures are told, in tables and in charts.</summary>
internal static class Words
{
    public static string Heading(Measure measure) => measure switch
    {
        Measure.CpuPerGigabyte => "CPU per GB",
        Measure.CpuPerConnection => "CPU per connection",
        _ => "CPU per request",
    };

    public static string Of(ScenarioResult scenario, Row row) => row.CpuUs == 0 ? "-" : scenario.Measure switch
    {
        // Microseconds for so many bytes are milliseconds for a thousand times as many.
        Measure.CpuPerGigabyte => Text($"{row.CpuUs * 1_000_000 / scenario.BodyBytes:0} ms"),
        Measure.CpuPerConnection => Text($"{row.CpuUs:0} µs ({1_000_000 / row.CpuUs:0} per CPU second)"),
        _ => Text($"{row.CpuUs:0.0} µs"),
    };

    public static string Of(double? ratio) => ratio is null ? "-" : Text($"{ratio:0.00}×");

    public static string Of(Against against) => against switch
    {
        Against.BestPeer => "the best peer",
        Against.Nginx => "nginx",
        Against.Other => "YARP",
        _ => "weft-proxy with less to do",
    };

    public static string Of(Figure figure) => figure switch
    {
        Figure.Cpu => "CPU",
        Figure.AddedP50 => "added p50",
        _ => "added p99",
    };

    public static string Of(MemoryKind kind) => kind switch
    {
        MemoryKind.Plain => "HTTP/1.1 without TLS",
        MemoryKind.MutualTls => "HTTP/1.1 under mutual TLS 1.3",
        _ => "HTTP/2 without TLS",
    };

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
