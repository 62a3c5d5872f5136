using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Weft.ControlPlane.Prometheus;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>
/// Holds the reader of Prometheus' answers against one that takes the whole document first and then looks into it: both refuse, or both have the same samples in the same order.
/// </summary>
internal static partial class PromAnswerOracle
{
    private const double ValueMax = 9_007_199_254_740_992;
    private static readonly string[] s_labels = ["a", "service"];

    internal static IReadOnlyList<byte[]> Corpus { get; } =
    [
        """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"1","x":"9"},"value":[1700000000.4,"3.5"]},{"metric":{},"value":[5,"NaN"]}]}}"""u8.ToArray(),
        """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"service":"shop/cart"},"values":[[10,"1e3"],[20,"+Inf"]]}]},"warnings":["w"]}"""u8.ToArray(),
        """{"status":"success","data":{"resultType":"vector","result":[]}}"""u8.ToArray(),
        """{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\"\n1:3: parse error"}"""u8.ToArray(),
        [.. """{"error":" """u8, .. Enumerable.Repeat("\ud83d\ude00", 160).SelectMany(System.Text.Encoding.UTF8.GetBytes), .. "\"}"u8],
    ];

    internal static IReadOnlyList<string> Words { get; } =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\"status\":\"success\"", "\"data\":", "\"resultType\":\"vector\"", "\"matrix\"", "\"result\":[]", "\"metric\":{}", "\"value\":[1,\"2\"]", "\"values\":[]",
        "\"a\":\"b\"", "\"service\":", "null", "true", "-1", "1e308", "\"NaN\"", "\"-Inf\"", "\"Infinity\"", "\" 1\"", "\\u0061", "\\ud800", "\u00ff", "\\n", "\"error\":\"", "// c\n",
    ];

    internal static bool Check(byte[] input)
    {
        CheckError(input);
        List<Sample>? expected = Twin(input);
        List<Sample> actual = [];
        try
        {
            PromAnswer.Read(input, s_labels, (values, second, value) => actual.Add(new Sample(values[0], values[1], second, value)));
        }
        catch (PromAnswerException refused)
        {
            DisagreementException.Unless(expected is null && refused.Message.Length > 0, $"refused with words: {refused.Message}");
            return false;
        }

        DisagreementException.Unless(expected is not null, "the twin refuses it too");
        DisagreementException.Unless(expected!.SequenceEqual(actual), $"the twin has {string.Join(' ', expected!)}, the codec {string.Join(' ', actual)}");
        return true;
    }

    private static void CheckError(byte[] input)
    {
        if (PromAnswer.ErrorOf(input) is { } line)
        {
            bool isWhole = !line.Any(char.IsControl) && line.EnumerateRunes().All(rune => rune.Value != 0xfffd || line.Contains('\ufffd', StringComparison.Ordinal));
            DisagreementException.Unless(isWhole && line.Length <= PrometheusLimits.ErrorCharactersMax + 3, $"one line of whole characters: {line}");
        }
    }

    private static List<Sample>? Twin(byte[] input)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = PrometheusLimits.DepthMax });
            List<Sample> samples = [];
            return ReadAnswer(document.RootElement, samples) ? samples : null;
        }
        catch (Exception refused) when (refused is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool ReadAnswer(JsonElement root, List<Sample> samples)
    {
        bool isSuccess = false;
        bool hasData = false;
        foreach (JsonProperty property in root.EnumerateObject())
        {
            string name = property.Name;
            if (name == "status")
            {
                if (property.Value.ValueKind != JsonValueKind.String)
                {
                    return false;
                }

                isSuccess = property.Value.ValueEquals("success");
            }
            else if (name == "data" && !hasData)
            {
                hasData = true;
                if (!ReadData(property.Value, samples))
                {
                    return false;
                }
            }
        }

        return isSuccess && hasData;
    }

    private static bool ReadData(JsonElement data, List<Sample> samples)
    {
        bool isGood = true;
        foreach (JsonProperty property in data.EnumerateObject())
        {
            isGood &= property.Name switch
            {
                "resultType" => property.Value.ValueKind == JsonValueKind.String && (property.Value.ValueEquals("vector") || property.Value.ValueEquals("matrix")),
                "result" => property.Value.EnumerateArray().All(series => ReadSeries(series, samples)),
                _ => true,
            };
        }

        return isGood;
    }

    private static bool ReadSeries(JsonElement series, List<Sample> samples)
    {
        string a = "";
        string service = "";
        bool hasLabels = false;
        foreach (JsonProperty property in series.EnumerateObject())
        {
            switch (property.Name)
            {
                case "metric":
                    hasLabels = true;
                    foreach (JsonProperty label in property.Value.EnumerateObject())
                    {
                        if (label.Value.ValueKind != JsonValueKind.String)
                        {
                            return false;
                        }

                        a = label.Name == "a" ? label.Value.GetString()! : a;
                        service = label.Name == "service" ? label.Value.GetString()! : service;
                    }

                    break;
                case "value" when !hasLabels || !ReadSample(property.Value, a, service, samples):
                case "values" when !hasLabels || !property.Value.EnumerateArray().All(sample => ReadSample(sample, a, service, samples)):
                    return false;
            }
        }

        return true;
    }

    private static bool ReadSample(JsonElement sample, string a, string service, List<Sample> samples)
    {
        if (sample.GetArrayLength() != 2 || sample[0].ValueKind != JsonValueKind.Number || sample[1].ValueKind != JsonValueKind.String)
        {
            return false;
        }

        double time = double.Parse(sample[0].GetRawText(), CultureInfo.InvariantCulture);
        string text = sample[1].GetString()!;
        if (time < 0 || time > ValueMax || !(Number().IsMatch(text) || text is "NaN" or "+Inf" or "-Inf"))
        {
            return false;
        }

        double value = Number().IsMatch(text) ? double.Parse(text, CultureInfo.InvariantCulture) : double.NaN;
        if (double.IsFinite(value) && value <= ValueMax)
        {
            samples.Add(new Sample(a, service, (long)Math.Round(time), Math.Max(0, value)));
        }

        return !(double.IsFinite(value) && value > ValueMax);
    }

    /// <summary>What Go writes of a number (strconv.FormatFloat) and what it reads of one, without its infinities.</summary>
    [GeneratedRegex(@"\A[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    private readonly record struct Sample(string A, string Service, long Second, double Value);
}
