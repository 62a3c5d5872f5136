using System.Text;

namespace Weft.Cli.Top;

/// <summary>Makes keys of the bytes that a terminal in character mode sends (ECMA-48, and the sequences of xterm). A character may come in parts; a sequence comes whole.</summary>
internal sealed class KeyReader
{
    private const char EscapeCharacter = '\u001b';
    private const char DeleteCharacter = '\u007f';

    private readonly Decoder _decoder = new UTF8Encoding(false).GetDecoder();
    private char[] _characters = new char[256];

    /// <summary>The keys in what was read.</summary>
    public IReadOnlyList<TerminalKey> Read(ReadOnlySpan<byte> bytes)
    {
        if (_characters.Length < bytes.Length + 2)
        {
            _characters = new char[bytes.Length + 2];
        }

        var text = _characters.AsSpan(0, _decoder.GetChars(bytes, _characters, flush: false));
        var keys = new List<TerminalKey>();
        while (text.Length > 0)
        {
            keys.Add(Next(text, out var used));
            text = text[used..];
        }

        return keys;
    }

    private static TerminalKey Next(ReadOnlySpan<char> text, out int used)
    {
        used = 1;
        switch (text[0])
        {
            case EscapeCharacter when text.Length > 1:
                return Sequence(text, out used);
            case EscapeCharacter:
                return new TerminalKey(KeyKind.Escape);
            case '\r' or '\n':
                return new TerminalKey(KeyKind.Enter);
            case '\b' or DeleteCharacter:
                return new TerminalKey(KeyKind.Backspace);
            case '\t':
                return new TerminalKey(KeyKind.Tab);
            case '\u0015':
                return new TerminalKey(KeyKind.Clear);
            case '\u000c':
                return new TerminalKey(KeyKind.Redraw);
            case var control when char.IsControl(control):
                return new TerminalKey(KeyKind.Unknown);
            default:
                used = text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;
                return new TerminalKey(KeyKind.Character, text[..used].ToString());
        }
    }

    /// <summary>CSI (ESC [) and SS3 (ESC O) end with a letter or a tilde; before it there are digits and semicolons. Anything else behind ESC is a key of its own.</summary>
    private static TerminalKey Sequence(ReadOnlySpan<char> text, out int used)
    {
        if (text[1] is not ('[' or 'O'))
        {
            used = 1;
            return new TerminalKey(KeyKind.Escape);
        }

        var end = 2;
        while (end < text.Length && text[end] is < '@' or > '~' && !char.IsControl(text[end]))
        {
            end++;
        }

        used = Math.Min(end + 1, text.Length);
        return new TerminalKey(end < text.Length && end == 2 ? Named(text[end]) : KeyKind.Unknown);
    }

    private static KeyKind Named(char final) => final switch
    {
        'C' => KeyKind.Right,
        'D' => KeyKind.Left,
        'Z' => KeyKind.BackTab,
        _ => KeyKind.Unknown,
    };
}
