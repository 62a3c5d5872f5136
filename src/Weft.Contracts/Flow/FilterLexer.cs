using System.Text;

namespace Weft.Contracts.Flow;

/// <summary>Cuts the text of a filter into tokens.</summary>
internal sealed class FilterLexer(string text)
{
    private int _position;

    public List<FilterToken> ReadAll()
    {
        List<FilterToken> tokens = [];
        do
        {
            tokens.Add(Next());
        }
        while (tokens[^1].Kind != FilterTokenKind.End);
        return tokens;
    }

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c is '_' or '/' or '*';

    /// <summary>Letters of names, paths, addresses, SPIFFE IDs and patterns: quotes are needed only for what has blanks or signs of the language in it.</summary>
    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '/' or ':' or '*' or '{' or '}' or '@' or '~' or '+';

    private FilterToken Next()
    {
        while (_position < text.Length && text[_position] is ' ' or '\t' or '\r' or '\n')
        {
            _position++;
        }

        int start = _position;
        if (start == text.Length)
        {
            return new(FilterTokenKind.End, start + 1, "");
        }

        char c = text[start];
        if (c is '"' or '\'')
        {
            return Quoted(c);
        }

        if (char.IsAsciiDigit(c) || IsWordStart(c))
        {
            return Word();
        }

        (FilterTokenKind kind, int length) = Sign(c, start + 1 < text.Length ? text[start + 1] : '\0');
        if (length == 0)
        {
            throw new FilterException(new FilterError(start + 1, $"'{Shown(c)}' has no meaning here; text with such signs stands in quotes"));
        }

        _position += length;
        return new(kind, start + 1, text.Substring(start, length));
    }

    private static string Shown(char c) => c is < ' ' or '\u007f' || char.IsSurrogate(c) ? $"\\u{(int)c:x4}" : c.ToString();

    private static (FilterTokenKind Kind, int Length) Sign(char c, char next) => (c, next) switch
    {
        ('=', '=') => (FilterTokenKind.Equal, 2),
        ('=', '~') => (FilterTokenKind.Like, 2),
        ('=', _) => (FilterTokenKind.Equal, 1),
        ('!', '=') => (FilterTokenKind.NotEqual, 2),
        ('!', _) => (FilterTokenKind.Not, 1),
        ('<', '=') => (FilterTokenKind.LessOrEqual, 2),
        ('<', _) => (FilterTokenKind.Less, 1),
        ('>', '=') => (FilterTokenKind.GreaterOrEqual, 2),
        ('>', _) => (FilterTokenKind.Greater, 1),
        ('&', '&') => (FilterTokenKind.And, 2),
        ('|', '|') => (FilterTokenKind.Or, 2),
        ('(', _) => (FilterTokenKind.Open, 1),
        (')', _) => (FilterTokenKind.Close, 1),
        (',', _) => (FilterTokenKind.Comma, 1),
        _ => (default, 0),
    };

    private FilterToken Word()
    {
        int start = _position;
        while (_position < text.Length && IsWordPart(text[_position]))
        {
            _position++;
        }

        if (_position < text.Length && text[_position] == '%')
        {
            _position++;
        }

        string word = text[start.._position];
        FilterTokenKind kind = word switch
        {
            "and" => FilterTokenKind.And,
            "or" => FilterTokenKind.Or,
            "not" => FilterTokenKind.Not,
            _ when char.IsAsciiDigit(word[0]) => FilterTokenKind.Number,
            _ => FilterTokenKind.Word,
        };
        return new(kind, start + 1, word);
    }

    private FilterToken Quoted(char quote)
    {
        int start = _position++;
        StringBuilder value = new();
        while (_position < text.Length && text[_position] != quote)
        {
            if (text[_position] == '\\' && _position + 1 < text.Length)
            {
                _position++;
            }

            value.Append(text[_position++]);
        }

        if (_position == text.Length)
        {
            throw new FilterException(new FilterError(start + 1, "the quote is not closed"));
        }

        _position++;
        return new(FilterTokenKind.Quoted, start + 1, value.ToString());
    }
}
