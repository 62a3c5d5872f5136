namespace Weft.Cli.Output;

/// <summary>Unified diff of two texts, three lines of context, by longest common subsequence of lines.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>Above this many cells the table would cost too much; the middle is then shown as removed and added whole.</summary>
    private const long CellsMax = 16_000_000;

    public static IEnumerable<string> Lines(string oldName, string newName, string oldText, string newText)
    {
        var script = Script(Split(oldText), Split(newText));
        if (script.All(e => e.Mark == ' '))
        {
            yield break;
        }

        yield return $"--- {oldName}";
        yield return $"+++ {newName}";
        foreach (var (from, to) in Hunks(script))
        {
            var oldStart = script.Take(from).Count(e => e.Mark != '+') + 1;
            var newStart = script.Take(from).Count(e => e.Mark != '-') + 1;
            var part = script.GetRange(from, to - from);
            var oldCount = part.Count(e => e.Mark != '+');
            var newCount = part.Count(e => e.Mark != '-');
            yield return $"@@ -{Range(oldStart, oldCount)} +{Range(newStart, newCount)} @@";
            foreach (var (mark, line) in part)
            {
                yield return mark + line;
            }
        }
    }

    private static string Range(int start, int count) => count switch
    {
        0 => $"{start - 1},0",
        1 => $"{start}",
        _ => $"{start},{count}",
    };

    private static string[] Split(string text)
    {
        var lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static List<(int From, int To)> Hunks(List<(char Mark, string Line)> script)
    {
        var hunks = new List<(int From, int To)>();
        for (var i = 0; i < script.Count; i++)
        {
            if (script[i].Mark == ' ')
            {
                continue;
            }

            var from = Math.Max(0, i - Context);
            var to = Math.Min(script.Count, i + Context + 1);
            if (hunks.Count > 0 && from <= hunks[^1].To)
            {
                hunks[^1] = (hunks[^1].From, to);
            }
            else
            {
                hunks.Add((from, to));
            }
        }

        return hunks;
    }

    private static List<(char Mark, string Line)> Script(string[] a, string[] b)
    {
        var head = 0;
        while (head < a.Length && head < b.Length && a[head] == b[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < a.Length - head && tail < b.Length - head && a[a.Length - 1 - tail] == b[b.Length - 1 - tail])
        {
            tail++;
        }

        var script = new List<(char Mark, string Line)>(a.Length + b.Length);
        script.AddRange(a[..head].Select(l => (' ', l)));
        script.AddRange(Middle(a[head..^tail], b[head..^tail]));
        script.AddRange(a[^tail..].Select(l => (' ', l)));
        return script;
    }

    private static IEnumerable<(char Mark, string Line)> Middle(string[] a, string[] b)
    {
        if ((long)a.Length * b.Length > CellsMax)
        {
            return a.Select(l => ('-', l)).Concat(b.Select(l => ('+', l)));
        }

        // longest[i, j]: length of the longest common subsequence of a[i..] and b[j..].
        var longest = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
        {
            for (var j = b.Length - 1; j >= 0; j--)
            {
                longest[i, j] = a[i] == b[j] ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
            }
        }

        return Walk(a, b, longest);
    }

    private static IEnumerable<(char Mark, string Line)> Walk(string[] a, string[] b, int[,] longest)
    {
        var (x, y) = (0, 0);
        while (x < a.Length || y < b.Length)
        {
            if (x < a.Length && y < b.Length && a[x] == b[y])
            {
                yield return (' ', a[x]);
                x++;
                y++;
            }
            else if (x < a.Length && (y == b.Length || longest[x + 1, y] >= longest[x, y + 1]))
            {
                yield return ('-', a[x++]);
            }
            else
            {
                yield return ('+', b[y++]);
            }
        }
    }
}
