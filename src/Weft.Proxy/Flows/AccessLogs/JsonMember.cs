using System.Runtime.Intrinsics;
using System.Text;
using Weft.Contracts.Flow;

namespace Weft.Proxy.Flows.AccessLogs;

/// <summary>One member of the lines of a <see cref="JsonLogFormat"/>: its name as the catalogue has it, and, of a text that records share, how it was written last.</summary>
internal sealed class JsonMember
{
    /// <summary>A longer value is written anew each time.</summary>
    private const int RememberedMax = 512;

    /// <summary>Arrays have at least so many bytes, see <see cref="JsonLine.Raw(byte[], int)"/>.</summary>
    private static readonly int Least = Vector256<byte>.Count;

    private string? _text;
    private byte[] _written = [];
    private int _writtenLength;

    /// <param name="field">Which.</param>
    public JsonMember(FlowField field)
    {
        string leaf = field.LogKey[(field.LogKey.IndexOf('.', StringComparison.Ordinal) + 1)..];
        string quote = field.Kind == FlowFieldKind.List ? "[\"" : field.IsText || field.Kind == FlowFieldKind.Time ? "\"" : "";
        byte[] head = Encoding.ASCII.GetBytes($",\"{leaf}\":{quote}");
        HeadLength = head.Length;
        Head = new byte[Math.Max(head.Length, Least)];
        head.CopyTo(Head, 0);
    }

    /// <summary>Comma, name, colon, and what opens a text.</summary>
    public byte[] Head { get; }

    public int HeadLength { get; }

    /// <summary>Writes the member again if the text is the one that was remembered.</summary>
    public bool TryRepeat(string text, JsonLine line)
    {
        if (!ReferenceEquals(text, _text))
        {
            return false;
        }

        line.Raw(_written, _writtenLength);
        return true;
    }

    /// <summary>Keeps what was written of a text, for lines with the same.</summary>
    public void Remember(string text, ReadOnlySpan<byte> written)
    {
        if (written.Length > RememberedMax)
        {
            return;
        }

        if (written.Length > _written.Length)
        {
            _written = new byte[RememberedMax];
        }

        written.CopyTo(_written);
        (_text, _writtenLength) = (text, written.Length);
    }
}
