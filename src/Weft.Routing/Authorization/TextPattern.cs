using System.Text;

namespace Weft.Routing.Authorization;

/// <summary>
/// A text of a policy: exact, "*" for anything present, "abc*" for a beginning, "*abc" for an end. Compared as it stands, never as an expression.
/// </summary>
internal sealed class TextPattern
{
    private readonly TextPatternKind _kind;
    private readonly string _text;
    private readonly byte[] _bytes;

    public TextPattern(TextPatternKind kind, string text)
    {
        _kind = kind;
        _text = text;
        _bytes = Encoding.UTF8.GetBytes(text);
    }

    public bool Matches(string value) => _kind switch
    {
        TextPatternKind.Exact => string.Equals(value, _text, StringComparison.Ordinal),
        TextPatternKind.Beginning => value.StartsWith(_text, StringComparison.Ordinal),
        TextPatternKind.End => value.EndsWith(_text, StringComparison.Ordinal),
        _ => value.Length > 0,
    };

    public bool Matches(ReadOnlySpan<byte> value) => _kind switch
    {
        TextPatternKind.Exact => value.SequenceEqual(_bytes),
        TextPatternKind.Beginning => value.StartsWith(_bytes),
        TextPatternKind.End => value.EndsWith(_bytes),
        _ => !value.IsEmpty,
    };
}
