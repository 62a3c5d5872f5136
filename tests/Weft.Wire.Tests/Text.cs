using System.Text;
using Weft.Primitives.Http;

namespace Weft.Wire.Tests;

/// <summary>Bytes as tests write them: Latin-1 text, one character per byte.</summary>
internal static class Text
{
    internal static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    internal static string Of(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    internal static string Of(MessageHead head, Slice slice) => Of(head[slice]);

    internal static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Every field that is not removed, as "name: value", joined by '|'.</summary>
    internal static string Fields(MessageHead head)
    {
        List<string> lines = [];
        foreach (FieldLine field in head.Fields)
        {
            if (!field.Removed)
            {
                lines.Add($"{Of(head.Name(field))}: {Of(head.Value(field))}");
            }
        }

        return string.Join('|', lines);
    }
}
