using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Weft.Model.Text;

/// <summary>Writes a tree as block-style YAML that YAML 1.1 and 1.2 readers understand alike. The same tree always gives the same bytes.</summary>
public static class CanonicalYaml
{
    // Words that some reader of YAML 1.1 takes for a boolean or nothing.
    private static readonly HashSet<string> s_reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~",
    };

    public static string Write(MappingNode root)
    {
        StringBuilder output = new();
        WriteMapping(output, root, indent: 0, firstLineIndented: false);
        return output.ToString();
    }

    private static void WriteMapping(StringBuilder output, MappingNode mapping, int indent, bool firstLineIndented)
    {
        foreach (MappingEntry entry in mapping.Entries)
        {
            if (!firstLineIndented)
            {
                output.Append(' ', indent);
            }

            firstLineIndented = false;
            WriteText(output, entry.Key.Value);
            output.Append(':');
            WriteValue(output, entry.Value, indent);
        }
    }

    private static void WriteValue(StringBuilder output, DocumentNode value, int indent)
    {
        switch (value)
        {
            case MappingNode { Entries.Count: 0 }:
                output.Append(" {}\n");
                break;
            case SequenceNode { Items.Count: 0 }:
                output.Append(" []\n");
                break;
            case MappingNode mapping:
                output.Append('\n');
                WriteMapping(output, mapping, indent + 2, firstLineIndented: false);
                break;
            case SequenceNode sequence:
                output.Append('\n');
                WriteSequence(output, sequence, indent);
                break;
            default:
                output.Append(' ');
                WriteScalar(output, (ScalarNode)value);
                output.Append('\n');
                break;
        }
    }

    private static void WriteSequence(StringBuilder output, SequenceNode sequence, int indent)
    {
        foreach (DocumentNode item in sequence.Items)
        {
            output.Append(' ', indent).Append('-');
            if (item is MappingNode { Entries.Count: > 0 } mapping)
            {
                output.Append(' ');
                WriteMapping(output, mapping, indent + 2, firstLineIndented: true);
            }
            else
            {
                WriteValue(output, item, indent + 2);
            }
        }
    }

    private static void WriteScalar(StringBuilder output, ScalarNode scalar)
    {
        if (scalar.Type == ScalarType.Text)
        {
            WriteText(output, scalar.Value);
        }
        else
        {
            output.Append(scalar.Value);
        }
    }

    private static void WriteText(StringBuilder output, string text)
    {
        if (IsPlainSafe(text))
        {
            output.Append(text);
        }
        else
        {
            // A JSON string is a valid double-quoted YAML scalar.
            output.Append('"').Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()).Append('"');
        }
    }

    private static bool IsPlainSafe(string text)
    {
        if (GatewayDuration.TryParse(text, out _))
        {
            return true;
        }

        if (text.Length == 0 || !(char.IsAsciiLetter(text[0]) || text[0] is '/' or '_') || s_reserved.Contains(text))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '=' or '+'))
            {
                return false;
            }
        }

        // "key:" at the end would read as a mapping; inside a word a colon is only text.
        return text[^1] != ':';
    }
}
