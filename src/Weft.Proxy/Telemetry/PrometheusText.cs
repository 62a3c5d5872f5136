using System.Globalization;
using System.Text;

namespace Weft.Proxy.Telemetry;

/// <summary>
/// Writes the text format that Prometheus scrapes (version 0.0.4): families with HELP and TYPE, then samples whose
/// label values are escaped.
/// </summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>Starts a family; all its samples must follow before the next one.</summary>
    /// <param name="name">Name of the family.</param>
    /// <param name="type">"counter", "gauge" or "histogram".</param>
    /// <param name="help">One sentence.</param>
    public PrometheusText Family(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    /// <summary>A family with one sample that has no labels.</summary>
    public void Single(string name, string type, string help, double value) => Family(name, type, help).Sample(name, [], value);

    public void Sample(string name, ReadOnlySpan<Label> labels, double value)
    {
        _text.Append(name);
        char before = '{';
        foreach (Label label in labels)
        {
            _text.Append(before).Append(label.Name).Append("=\"");
            AppendEscaped(label.Value);
            _text.Append('"');
            before = ',';
        }

        if (before == ',')
        {
            _text.Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    public override string ToString() => _text.ToString();

    internal static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ when double.IsNaN(value) => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private void AppendEscaped(string value)
    {
        foreach (char c in value)
        {
            switch (c)
            {
                case '\\':
                    _text.Append("\\\\");
                    break;
                case '"':
                    _text.Append("\\\"");
                    break;
                case '\n':
                    _text.Append("\\n");
                    break;
                default:
                    _text.Append(c);
                    break;
            }
        }
    }
}

internal readonly record struct Label(string Name, string Value);
