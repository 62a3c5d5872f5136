using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Weft.Routing.Matching;

/// <summary>A regular expression that must match a whole text and that takes time linear in the text, whatever the pattern.</summary>
internal sealed class LinearRegex
{
    public const int MaxPatternLength = 1024;
    public const int MaxCost = 10_000;

    private readonly Regex _regex;

    private LinearRegex(Regex regex)
    {
        _regex = regex;
    }

    /// <summary>Compiles a pattern, or says why not.</summary>
    public static LinearRegex? TryCreate(string pattern, out string fault)
    {
        fault = "";
        if (pattern.Length > MaxPatternLength)
        {
            fault = $"the pattern has {pattern.Length} characters; at most {MaxPatternLength} are allowed";
            return null;
        }

        if (RegexCost.Of(pattern) > MaxCost)
        {
            fault = $"the pattern's counted repeats multiply to more than {MaxCost} states; use smaller counts, '+' or '*'";
            return null;
        }

        try
        {
            // Checked alone first: a pattern such as "a)|(b" would otherwise escape from the group around it.
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return new LinearRegex(new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (ArgumentException e)
        {
            fault = $"the pattern is not a regular expression: {e.Message}";
        }
        catch (NotSupportedException e)
        {
            fault = $"the pattern needs backtracking, which is not allowed: {e.Message}";
        }

        return null;
    }

    /// <summary>Whether the whole of <paramref name="text"/>, read as UTF-8, matches.</summary>
    public bool Matches(ReadOnlySpan<byte> text)
    {
        const int OnStack = 512;
        if (text.Length <= OnStack)
        {
            Span<char> chars = stackalloc char[OnStack];
            return _regex.IsMatch(chars[..Encoding.UTF8.GetChars(text, chars)]);
        }

        char[] rented = ArrayPool<char>.Shared.Rent(text.Length);
        bool matches = _regex.IsMatch(rented.AsSpan(0, Encoding.UTF8.GetChars(text, rented)));
        ArrayPool<char>.Shared.Return(rented);
        return matches;
    }
}
