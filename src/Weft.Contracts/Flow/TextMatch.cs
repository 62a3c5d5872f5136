namespace Weft.Contracts.Flow;

/// <summary>Comparing a text where it lies with a value that has both forms. Case counts; time is linear in the text for each piece of a pattern.</summary>
internal static class TextMatch
{
    public static bool IsEqual(FlowText text, FilterValue value, FilterKind kind)
    {
        if (kind == FilterKind.Hex)
        {
            return text.Utf8.SequenceEqual(value.Utf8);
        }

        if (kind == FilterKind.List)
        {
            return Has(text, value);
        }

        bool nameOnly = kind == FilterKind.Service && value.IsBareName;
        return text.Utf8.IsEmpty
            ? (nameOnly ? AfterSlash(text.Characters) : text.Characters).SequenceEqual(value.Characters)
            : (nameOnly ? AfterSlash(text.Utf8) : text.Utf8).SequenceEqual(value.Utf8);
    }

    public static bool StartsWith(FlowText text, FilterValue value)
        => text.Utf8.IsEmpty ? text.Characters.StartsWith(value.Characters, StringComparison.Ordinal) : text.Utf8.StartsWith(value.Utf8);

    public static bool EndsWith(FlowText text, FilterValue value)
        => text.Utf8.IsEmpty ? text.Characters.EndsWith(value.Characters, StringComparison.Ordinal) : text.Utf8.EndsWith(value.Utf8);

    public static bool Contains(FlowText text, FilterValue value)
        => text.Utf8.IsEmpty ? text.Characters.Contains(value.Characters, StringComparison.Ordinal) : text.Utf8.IndexOf(value.Utf8) >= 0;

    /// <summary>Whether one of the words between commas is the value.</summary>
    public static bool Has(FlowText text, FilterValue value) => text.Utf8.IsEmpty ? Has<char>(text.Characters, value.Characters, ',') : Has<byte>(text.Utf8, value.Utf8, (byte)',');

    public static bool IsLike(FlowText text, FilterValue[] pieces)
        => text.Utf8.IsEmpty
            ? IsLike(text.Characters, pieces, static piece => piece.Characters)
            : IsLike(text.Utf8, pieces, static piece => piece.Utf8);

    private delegate ReadOnlySpan<T> Form<T>(FilterValue value);

    /// <summary>The first piece is the beginning, the last one the end, each other one the first place where it is found after those before it.</summary>
    private static bool IsLike<T>(ReadOnlySpan<T> text, FilterValue[] pieces, Form<T> form)
        where T : IEquatable<T>
    {
        ReadOnlySpan<T> first = form(pieces[0]);
        if (pieces.Length == 1)
        {
            return text.SequenceEqual(first);
        }

        ReadOnlySpan<T> last = form(pieces[^1]);
        if (text.Length < first.Length + last.Length || !text.StartsWith(first) || !text.EndsWith(last))
        {
            return false;
        }

        text = text[first.Length..^last.Length];
        for (int i = 1; i < pieces.Length - 1; i++)
        {
            ReadOnlySpan<T> piece = form(pieces[i]);
            int at = text.IndexOf(piece);
            if (at < 0)
            {
                return false;
            }

            text = text[(at + piece.Length)..];
        }

        return true;
    }

    private static bool Has<T>(ReadOnlySpan<T> words, ReadOnlySpan<T> word, T comma)
        where T : IEquatable<T>
    {
        while (true)
        {
            int end = words.IndexOf(comma);
            if ((end < 0 ? words : words[..end]).SequenceEqual(word))
            {
                return true;
            }

            if (end < 0)
            {
                return false;
            }

            words = words[(end + 1)..];
        }
    }

    private static ReadOnlySpan<char> AfterSlash(ReadOnlySpan<char> text) => text[(text.IndexOf('/') + 1)..];

    private static ReadOnlySpan<byte> AfterSlash(ReadOnlySpan<byte> text) => text[(text.IndexOf((byte)'/') + 1)..];
}
