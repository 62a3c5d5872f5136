using System.Text;

namespace Weft.Contracts.Flow;

/// <summary>A text of a flow record where it lies: characters, or UTF-8 bytes that the proxy copied from a request. Nothing is converted to compare it.</summary>
public readonly ref struct FlowText
{
    private readonly ReadOnlySpan<char> _characters;
    private readonly ReadOnlySpan<byte> _utf8;

    public FlowText(ReadOnlySpan<char> characters) => _characters = characters;

    public FlowText(ReadOnlySpan<byte> utf8) => _utf8 = utf8;

    /// <summary>Given when the text is characters.</summary>
    public ReadOnlySpan<char> Characters => _characters;

    /// <summary>Given when the text is bytes: UTF-8, or the raw bytes of an id.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8;

    public bool IsEmpty => _characters.IsEmpty && _utf8.IsEmpty;

    public override string ToString() => _utf8.IsEmpty ? _characters.ToString() : Encoding.UTF8.GetString(_utf8);

    /// <summary>Copies the text as UTF-8 and returns the bytes used; what does not fit is cut.</summary>
    public int CopyTo(Span<byte> destination)
    {
        if (_utf8.IsEmpty)
        {
            _ = System.Text.Unicode.Utf8.FromUtf16(_characters, destination, out _, out int written);
            return written;
        }

        int length = Math.Min(_utf8.Length, destination.Length);
        _utf8[..length].CopyTo(destination);
        return length;
    }
}
