using System.Globalization;
using System.Text.Json;

namespace Weft.ControlPlane.Prometheus;

/// <summary>Reads answers of Prometheus' HTTP API: vectors and matrices, and errors. Pure; trusts nothing in them.</summary>
internal static class PromAnswer
{
    /// <summary>Greater than any honest count, and exact as a double.</summary>
    private const double ValueMax = 1L << 53;

    /// <summary>Gives every sample of an answer to <paramref name="take"/>. Samples that are no number (stale series, divisions by zero) are left out, negative ones are 0.</summary>
    /// <param name="json">The body.</param>
    /// <param name="labels">Labels whose values are wanted.</param>
    /// <param name="take">Values of the labels in their order, empty for those that a series lacks; Unix time in seconds; the value. The values are only lent.</param>
    /// <exception cref="PromAnswerException">It is not what the API says, or beyond the bounds.</exception>
    internal static void Read(ReadOnlySpan<byte> json, IReadOnlyList<string> labels, SampleTaker take)
    {
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = PrometheusLimits.DepthMax });
            Next(ref reader, JsonTokenType.StartObject);
            bool isSuccess = false;
            bool hasData = false;
            while (NextName(ref reader, out string name))
            {
                switch (name)
                {
                    case "status":
                        Next(ref reader, JsonTokenType.String);
                        isSuccess = reader.ValueTextEquals("success"u8);
                        break;
                    case "data" when !hasData:
                        ReadData(ref reader, labels, take);
                        hasData = true;
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            if (!isSuccess || !hasData)
            {
                throw new PromAnswerException("it has no data, or does not say that it succeeded");
            }

            if (reader.Read())
            {
                throw new PromAnswerException("something follows the answer");
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new PromAnswerException(fault.Message, fault);
        }
    }

    /// <summary>What Prometheus says of an error, in one line; null when the body is no error of Prometheus.</summary>
    internal static string? ErrorOf(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = PrometheusLimits.DepthMax });
            string? error = null;
            Next(ref reader, JsonTokenType.StartObject);
            while (NextName(ref reader, out string name))
            {
                if (name == "error")
                {
                    Next(ref reader, JsonTokenType.String);
                    error = OneLine(reader.GetString()!);
                }
                else
                {
                    reader.Skip();
                }
            }

            return error;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or PromAnswerException)
        {
            return null;
        }
    }

    private static void ReadData(ref Utf8JsonReader reader, IReadOnlyList<string> labels, SampleTaker take)
    {
        Next(ref reader, JsonTokenType.StartObject);
        while (NextName(ref reader, out string name))
        {
            switch (name)
            {
                case "resultType":
                    Next(ref reader, JsonTokenType.String);
                    if (!reader.ValueTextEquals("vector"u8) && !reader.ValueTextEquals("matrix"u8))
                    {
                        throw new PromAnswerException("its result is neither a vector nor a matrix");
                    }

                    break;
                case "result":
                    ReadResult(ref reader, labels, take);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static void ReadResult(ref Utf8JsonReader reader, IReadOnlyList<string> labels, SampleTaker take)
    {
        string[] values = new string[labels.Count];
        int series = 0;
        int samples = 0;
        Next(ref reader, JsonTokenType.StartArray);
        while (Advance(ref reader) != JsonTokenType.EndArray)
        {
            Expect(reader, JsonTokenType.StartObject);
            if (++series > PrometheusLimits.SeriesMax)
            {
                throw new PromAnswerException($"it has more than {PrometheusLimits.SeriesMax} series");
            }

            Array.Fill(values, "");
            bool hasLabels = false;
            while (NextName(ref reader, out string name))
            {
                switch (name)
                {
                    case "metric":
                        ReadLabels(ref reader, labels, values);
                        hasLabels = true;
                        break;
                    case "value" or "values" when !hasLabels:
                        throw new PromAnswerException("a series has its values before its labels");
                    case "value":
                        Next(ref reader, JsonTokenType.StartArray);
                        ReadSample(ref reader, values, take, ref samples);
                        break;
                    case "values":
                        Next(ref reader, JsonTokenType.StartArray);
                        while (Advance(ref reader) != JsonTokenType.EndArray)
                        {
                            Expect(reader, JsonTokenType.StartArray);
                            ReadSample(ref reader, values, take, ref samples);
                        }

                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }
        }
    }

    private static void ReadLabels(ref Utf8JsonReader reader, IReadOnlyList<string> labels, string[] values)
    {
        Next(ref reader, JsonTokenType.StartObject);
        while (NextName(ref reader, out string name))
        {
            Next(ref reader, JsonTokenType.String);
            for (int i = 0; i < values.Length; i++)
            {
                if (labels[i] == name)
                {
                    values[i] = reader.GetString()!;
                }
            }
        }
    }

    /// <summary>From behind the bracket of <c>[time, "value"]</c>, the bracket after it included.</summary>
    private static void ReadSample(ref Utf8JsonReader reader, string[] values, SampleTaker take, ref int samples)
    {
        if (++samples > PrometheusLimits.SamplesMax)
        {
            throw new PromAnswerException($"it has more than {PrometheusLimits.SamplesMax} samples");
        }

        Next(ref reader, JsonTokenType.Number);
        if (!reader.TryGetDouble(out double time) || time < 0 || time > ValueMax)
        {
            throw new PromAnswerException("a sample has an impossible time");
        }

        Next(ref reader, JsonTokenType.String);
        if (!double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && !TryParseSpecial(reader, out value))
        {
            throw new PromAnswerException("a sample is no number");
        }

        Next(ref reader, JsonTokenType.EndArray);
        if (!double.IsFinite(value))
        {
            return;
        }

        if (value > ValueMax)
        {
            throw new PromAnswerException("a sample is greater than any count can be");
        }

        take(values, (long)Math.Round(time), Math.Max(0, value));
    }

    private static bool TryParseSpecial(in Utf8JsonReader reader, out double value)
    {
        value = double.NaN;
        return reader.ValueTextEquals("NaN"u8) || reader.ValueTextEquals("+Inf"u8) || reader.ValueTextEquals("-Inf"u8);
    }

    /// <summary>The name of the next property of an object; false at the object's end.</summary>
    private static bool NextName(ref Utf8JsonReader reader, out string name)
    {
        if (Advance(ref reader) == JsonTokenType.EndObject)
        {
            name = "";
            return false;
        }

        Expect(reader, JsonTokenType.PropertyName);
        name = reader.GetString()!;
        return true;
    }

    private static void Next(ref Utf8JsonReader reader, JsonTokenType type)
    {
        Advance(ref reader);
        Expect(reader, type);
    }

    private static JsonTokenType Advance(ref Utf8JsonReader reader)
        => reader.Read() ? reader.TokenType : throw new PromAnswerException("it ends in the middle");

    private static void Expect(in Utf8JsonReader reader, JsonTokenType type)
    {
        if (reader.TokenType != type)
        {
            throw new PromAnswerException($"it has {reader.TokenType} where {type} should be");
        }
    }

    private static string OneLine(string text)
    {
        int length = Math.Min(text.Length, PrometheusLimits.ErrorCharactersMax);
        if (length < text.Length && char.IsHighSurrogate(text[length - 1]))
        {
            // Half of a pair is no text.
            length--;
        }

        string line = string.Concat(text.Take(length).Select(static c => char.IsControl(c) ? ' ' : c));
        return length < text.Length ? line + "..." : line;
    }
}
