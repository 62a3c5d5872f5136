using System.Globalization;
using System.Text;

namespace Weft.Proxy.Telemetry;

/// <summary>
/// Writes what Prometheus scrapes: families with HELP and TYPE, then samples whose label values are escaped. In OpenMetrics 1.0 a counter's family has no "_total" in its
/// name, samples may have exemplars, and the last line says that it is the last.
/// </summary>
internal sealed class PrometheusText(MetricsFormat format = MetricsFormat.Prometheus)
{
    /// <summary>Type of samples whose names keep other meshes' ways.</summary>
    public const string Untyped = "untyped";

    private const string TotalSuffix = "_total";

    private readonly StringBuilder _text = new();

    private bool IsOpen => format == MetricsFormat.OpenMetrics;

    /// <summary>Starts a family; all its samples must follow before the next one.</summary>
    /// <param name="name">Name of the family; that of a counter ends in "_total".</param>
    /// <param name="type">"counter", "gauge", "histogram" or <see cref="Untyped"/>.</param>
    /// <param name="help">One sentence.</param>
    public PrometheusText Family(string name, string type, string help)
    {
        string family = IsOpen && type == "counter" && name.EndsWith(TotalSuffix, StringComparison.Ordinal) ? name[..^TotalSuffix.Length] : name;
        _text.Append("# HELP ").Append(family).Append(' ');
        AppendEscaped(help, quotes: IsOpen);
        _text.Append("\n# TYPE ").Append(family).Append(' ').Append(IsOpen && type == Untyped ? "unknown" : type).Append('\n');
        return this;
    }

    /// <summary>A family with one sample that has no labels.</summary>
    public void Single(string name, string type, string help, double value) => Family(name, type, help).Sample(name, [], value);

    /// <param name="name">With the suffix that the type asks for.</param>
    /// <param name="labels">In any order.</param>
    /// <param name="value">The value.</param>
    /// <param name="exemplar">An exchange that is counted in it; not written where the format knows none.</param>
    public void Sample(string name, ReadOnlySpan<Label> labels, double value, in Exemplar? exemplar = null)
    {
        _text.Append(name);
        char before = '{';
        foreach (Label label in labels)
        {
            _text.Append(before).Append(label.Name).Append("=\"");
            AppendEscaped(label.Value, quotes: true);
            _text.Append('"');
            before = ',';
        }

        if (before == ',')
        {
            _text.Append('}');
        }

        _text.Append(' ').Append(Number(value));
        if (IsOpen && exemplar is { } named)
        {
            // The names that OpenTelemetry gives them in Prometheus' formats; dashboards link by trace_id.
            _text.Append(
                CultureInfo.InvariantCulture,
                $" # {{trace_id=\"{named.TraceId:x32}\",span_id=\"{named.SpanId:x16}\"}} {Number(named.LatencyUs / 1e6)} {named.EndedUnixUs / 1_000_000}.{named.EndedUnixUs % 1_000_000:d6}");
        }

        _text.Append('\n');
    }

    /// <summary>The whole page.</summary>
    public string End()
    {
        if (IsOpen)
        {
            _text.Append("# EOF\n");
        }

        return _text.ToString();
    }

    internal static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ when double.IsNaN(value) => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private void AppendEscaped(string value, bool quotes)
    {
        foreach (char c in value)
        {
            _ = c switch
            {
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '"' when quotes => _text.Append("\\\""),
                _ => _text.Append(c),
            };
        }
    }
}

internal readonly record struct Label(string Name, string Value);
