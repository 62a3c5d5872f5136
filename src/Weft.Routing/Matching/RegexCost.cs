using System.Globalization;

namespace Weft.Routing.Matching;

/// <summary>
/// An upper bound of the states that a pattern takes once its counted repeats are written out: "(a{100}){100}" is short and takes
/// ten thousand. The bound errs upwards; whether the pattern is valid is not judged here.
/// </summary>
internal static class RegexCost
{
    internal static double Of(string pattern)
    {
        Stack<double> outer = new();
        double total = 0;
        double last = 0;
        for (int i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '(':
                    outer.Push(total + last);
                    total = last = 0;
                    break;
                case ')' when outer.Count > 0:
                    (last, total) = (total + last, outer.Pop());
                    break;
                case '{' when TryReadCount(pattern, i, out int end, out int count):
                    last *= Math.Max(1, count);
                    i = end;
                    break;
                case '*' or '+' or '?':
                    break;
                case '[':
                    (total, last) = (total + last, 1);
                    i = EndOfClass(pattern, i);
                    break;
                default:
                    (total, last) = (total + last, 1);
                    i += pattern[i] == '\\' ? 1 : 0;
                    break;
            }
        }

        while (outer.Count > 0)
        {
            total += outer.Pop();
        }

        return total + last;
    }

    private static int EndOfClass(string pattern, int start)
    {
        int i = start + 1;
        i += i < pattern.Length && pattern[i] == '^' ? 1 : 0;
        i += i < pattern.Length && pattern[i] == ']' ? 1 : 0;
        while (i < pattern.Length && pattern[i] != ']')
        {
            i += pattern[i] == '\\' ? 2 : 1;
        }

        return i;
    }

    private static bool TryReadCount(string pattern, int start, out int end, out int count)
    {
        end = pattern.IndexOf('}', start);
        count = 0;
        if (end < 0)
        {
            return false;
        }

        ReadOnlySpan<char> body = pattern.AsSpan(start + 1, end - start - 1);
        int comma = body.IndexOf(',');
        ReadOnlySpan<char> least = comma < 0 ? body : body[..comma];
        ReadOnlySpan<char> most = comma < 0 || comma == body.Length - 1 ? least : body[(comma + 1)..];
        return int.TryParse(least, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }
}
