using System.Globalization;
using System.Text;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Tests.Telemetry;

/// <summary>A strict reader of the Prometheus text format and of OpenMetrics 1.0: anything that the format does not allow is a fault.</summary>
internal sealed class PrometheusParser(MetricsFormat format)
{
    private readonly Dictionary<string, string> _types = [];
    private readonly HashSet<string> _helps = [];
    private readonly HashSet<string> _closed = [];
    private readonly HashSet<string> _series = [];
    private string _family = "";

    public List<Sample> Samples { get; } = [];

    public List<(Sample Sample, Dictionary<string, string> Labels, double Value, string Time)> Exemplars { get; } = [];

    private bool IsOpen => format == MetricsFormat.OpenMetrics;

    public static PrometheusParser Parse(string page, MetricsFormat format = MetricsFormat.Prometheus)
    {
        string end = format == MetricsFormat.OpenMetrics ? "\n# EOF\n" : "\n";
        Assert.EndsWith(end, page, StringComparison.Ordinal);
        PrometheusParser parser = new(format);
        foreach (string line in page[..^end.Length].Split('\n'))
        {
            parser.Line(line);
        }

        parser.CheckHistograms();
        return parser;
    }

    public double Value(string name, params (string Name, string Value)[] labels) =>
        Assert.Single(Samples, s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Name) == l.Value)).Value;

    private void Line(string line)
    {
        if (line.StartsWith("# HELP ", StringComparison.Ordinal))
        {
            string name = line[7..].Split(' ')[0];
            Start(name);
            Assert.True(_helps.Add(name), $"second HELP of {name}");
        }
        else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
        {
            string[] words = line[7..].Split(' ');
            Assert.Equal(2, words.Length);
            Assert.Contains(words[1], (string[])["counter", "gauge", "histogram", IsOpen ? "unknown" : "untyped"]);
            Start(words[0]);
            Assert.True(_types.TryAdd(words[0], words[1]), $"second TYPE of {words[0]}");
        }
        else
        {
            SampleLine(line);
        }
    }

    private void Start(string family)
    {
        if (family == _family)
        {
            return;
        }

        Assert.DoesNotContain(family, _closed);
        _closed.Add(_family);
        _family = family;
    }

    private void SampleLine(string line)
    {
        int position = 0;
        string name = Word(line, ref position);
        Dictionary<string, string> labels = Labels(line, ref position);
        Assert.Equal(' ', line[position++]);
        string[] words = line[position..].Split(" # ");
        double value = Number(words[0]);
        string type = _types[_family];
        Assert.Equal(_family, type == "histogram" || (type == "counter" && IsOpen) ? name[..name.LastIndexOf('_')] : name);
        Assert.True(type != "counter" || name.EndsWith("_total", StringComparison.Ordinal), $"{name} is a counter");
        Assert.True(type != "counter" || value >= 0, "a counter below zero");
        Sample sample = new(name, labels, value);
        Assert.True(_series.Add(name + sample.KeyWithout("")), $"series twice: {line}");
        Samples.Add(sample);
        if (words.Length > 1)
        {
            Assert.True(IsOpen && name.EndsWith("_bucket", StringComparison.Ordinal), $"no place for an exemplar: {line}");
            AddExemplar(sample, words[1]);
        }
    }

    /// <summary>Labels, value and time; at most 128 characters of labels, and a value that its bucket counts.</summary>
    private void AddExemplar(Sample sample, string text)
    {
        int position = 0;
        Dictionary<string, string> labels = Labels(text, ref position);
        Assert.InRange(labels.Sum(static label => label.Key.Length + label.Value.Length), 1, 128);
        string[] words = text[(position + 1)..].Split(' ');
        Assert.Equal(2, words.Length);
        Assert.InRange(Number(words[0]), 0, Number(sample.Labels["le"]));
        Exemplars.Add((sample, labels, Number(words[0]), words[1]));
    }

    private static double Number(string text) => text switch { "+Inf" => double.PositiveInfinity, _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) };

    private static Dictionary<string, string> Labels(string line, ref int position)
    {
        Dictionary<string, string> labels = [];
        if (line[position] == '{')
        {
            do
            {
                position++;
                string label = Word(line, ref position);
                Assert.Equal("=\"", line.Substring(position, 2));
                position += 2;
                Assert.True(labels.TryAdd(label, Quoted(line, ref position)), $"label {label} twice");
            }
            while (line[position] == ',');
            Assert.Equal('}', line[position++]);
        }

        return labels;
    }

    private static string Word(string line, ref int position)
    {
        int start = position;
        while (char.IsAsciiLetterOrDigit(line[position]) || line[position] is '_' or ':')
        {
            position++;
        }

        Assert.True(position > start && !char.IsAsciiDigit(line[start]), $"no name at {start} of {line}");
        return line[start..position];
    }

    private static string Quoted(string line, ref int position)
    {
        StringBuilder value = new();
        for (; line[position] != '"'; position++)
        {
            char c = line[position];
            if (c == '\\')
            {
                value.Append(line[++position] switch { 'n' => '\n', '\\' => '\\', '"' => '"', _ => throw new FormatException($"bad escape in {line}") });
            }
            else
            {
                value.Append(c);
            }
        }

        position++;
        return value.ToString();
    }

    private void CheckHistograms()
    {
        foreach (string family in _types.Where(static t => t.Value == "histogram").Select(static t => t.Key))
        {
            foreach (var series in Samples.Where(s => s.Name == family + "_bucket").GroupBy(static s => s.KeyWithout("le")))
            {
                double[] counts = [.. series.Select(static s => s.Value)];
                Assert.Equal(counts.Order(), counts);
                Assert.Equal("+Inf", series.Last().Labels["le"]);
                Assert.Equal(counts[^1], Samples.Single(s => s.Name == family + "_count" && s.KeyWithout("le") == series.Key).Value);
                Assert.Single(Samples, s => s.Name == family + "_sum" && s.KeyWithout("le") == series.Key);
            }
        }
    }

    internal sealed record Sample(string Name, Dictionary<string, string> Labels, double Value)
    {
        public string KeyWithout(string label) =>
            string.Concat(Labels.Where(l => l.Key != label).OrderBy(static l => l.Key, StringComparer.Ordinal));
    }
}
