namespace Weft.Cli.Errors;

/// <summary>The known word nearest to a mistyped one, by edits (insert, delete, replace, swap of neighbours).</summary>
internal static class Nearest
{
    /// <summary>Words longer than this are no typing mistakes of ours, and comparing them would cost.</summary>
    private const int LengthMax = 64;

    /// <summary>The nearest candidate within a third of the word's length (at least two edits for three letters and more), or null.</summary>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > LengthMax)
        {
            return null;
        }

        string? best = null;
        var bestDistance = word.Length <= 2 ? 2 : Math.Max(3, (word.Length / 3) + 1);
        foreach (var candidate in candidates)
        {
            if (candidate.Length > LengthMax)
            {
                continue;
            }

            var distance = candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase) && word.Length > 1 ? 1 : Distance(word, candidate);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = Same(a[i - 1], b[j - 1]);
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
