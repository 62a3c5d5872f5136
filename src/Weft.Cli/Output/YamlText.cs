using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Weft.Cli.Output;

/// <summary>Writes a JSON value as YAML: block style, two blanks per level, strings quoted whenever they could be read as something else.</summary>
internal static class YamlText
{
    public static string Write(JsonElement element)
    {
        var text = new StringBuilder();
        WriteValue(text, element, 0, afterKey: false);
        return text.ToString();
    }

    private static void WriteValue(StringBuilder text, JsonElement element, int depth, bool afterKey)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.EnumerateObject().Any():
                WriteObject(text, element, depth, afterKey);
                break;
            case JsonValueKind.Array when element.GetArrayLength() > 0:
                WriteArray(text, element, depth, afterKey);
                break;
            default:
                text.Append(afterKey ? " " : "").Append(Scalar(element)).Append('\n');
                break;
        }
    }

    private static void WriteObject(StringBuilder text, JsonElement element, int depth, bool afterKey)
    {
        var first = true;
        if (afterKey)
        {
            text.Append('\n');
        }

        foreach (var property in element.EnumerateObject())
        {
            // The first key of an object inside a list stands on the line of its dash.
            text.Append(' ', first && !afterKey ? 0 : depth * 2).Append(Quote(property.Name)).Append(':');
            WriteValue(text, property.Value, depth + 1, afterKey: true);
            first = false;
        }
    }

    private static void WriteArray(StringBuilder text, JsonElement element, int depth, bool afterKey)
    {
        // A list under a key stands at the key's own depth, as in the files that people write.
        var indent = afterKey ? depth - 1 : depth;
        var first = true;
        if (afterKey)
        {
            text.Append('\n');
        }

        foreach (var item in element.EnumerateArray())
        {
            text.Append(' ', first && !afterKey ? 0 : indent * 2).Append("- ");
            WriteValue(text, item, indent + 1, afterKey: false);
            first = false;
        }
    }

    private static string Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        JsonValueKind.String => Quote(element.GetString() ?? ""),
        JsonValueKind.Null => "null",
        _ => element.GetRawText(),
    };

    private static string Quote(string value) => IsPlain(value) ? value : "\"" + Escape(value) + "\"";

    private static bool IsPlain(string value)
    {
        if (value.Length == 0 || value[0] == ' ' || value[^1] == ' ' || value[^1] == ':' || value.Contains(": ", StringComparison.Ordinal) || value.Contains(" #", StringComparison.Ordinal))
        {
            return false;
        }

        if ("-?:,[]{}#&*!|>'\"%@`=".Contains(value[0], StringComparison.Ordinal) || value.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF'))
        {
            return false;
        }

        // Anything that another reader may take for a number, a date, a boolean or null is quoted.
        var head = value[0];
        return !char.IsAsciiDigit(head) && head is not ('.' or '+' or '~')
            && value.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n");
    }

    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }
}
