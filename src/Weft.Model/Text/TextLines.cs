using System.Buffers;

namespace Weft.Model.Text;

/// <summary>Lines of a text as the scanner counts them: those of YAML (1.2.2, 5.4), and the three breaks that YAML 1.1 had beside them.</summary>
internal static class TextLines
{
    private static readonly SearchValues<char> s_breaks = SearchValues.Create("\r\n\u0085\u2028\u2029");

    /// <summary>Where the line after the one at a position begins; -1 when that is the last.</summary>
    public static int Next(string text, int position)
    {
        int at = text.AsSpan(position).IndexOfAny(s_breaks);
        if (at < 0)
        {
            return -1;
        }

        at += position;
        return text.AsSpan(at).StartsWith("\r\n", StringComparison.Ordinal) ? at + 2 : at + 1;
    }

    /// <summary>The place behind the last character.</summary>
    public static (int Line, int Column) End(string text) => Within(text, int.MaxValue, int.MaxValue);

    /// <summary>The place that is meant, or the nearest one before it that the text has: the scanner counts the end of a text as a line of its own.</summary>
    public static (int Line, int Column) Within(string text, int line, int column)
    {
        int start = 0;
        int number = 1;
        for (int next = Next(text, 0); next >= 0 && number < line; next = Next(text, start))
        {
            start = next;
            number++;
        }

        int end = text.AsSpan(start).IndexOfAny(s_breaks);
        int past = (end < 0 ? text.Length - start : end) + 1;
        return (number, number < line ? past : Math.Clamp(column, 1, past));
    }
}
