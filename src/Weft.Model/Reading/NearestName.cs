namespace Weft.Model.Reading;

/// <summary>Finds what a person most likely meant: the known name with the smallest edit distance, if it is near enough.</summary>
public static class NearestName
{
    private const int NameCharsMax = 64;

    /// <summary>The nearest of the candidates, or null. Letter case costs nothing extra; a swap of neighbours counts one.</summary>
    public static string? Find(string wanted, IEnumerable<string> candidates)
    {
        if (wanted.Length is 0 or > NameCharsMax)
        {
            return null;
        }

        int bestDistance = Math.Clamp(wanted.Length / 3, 1, 3) + 1;
        string? best = null;
        foreach (string candidate in candidates)
        {
            if (candidate.Length > NameCharsMax || Math.Abs(candidate.Length - wanted.Length) >= bestDistance)
            {
                continue;
            }

            int distance = Distance(wanted, candidate);
            if (distance < bestDistance || (distance == bestDistance && best is not null && string.CompareOrdinal(candidate, best) < 0))
            {
                bestDistance = distance;
                best = candidate;
            }
        }

        return best;
    }

    /// <summary>Optimal string alignment distance over lower-case ASCII.</summary>
    internal static int Distance(string left, string right)
    {
        Span<int> beforePrevious = stackalloc int[right.Length + 1];
        Span<int> previous = stackalloc int[right.Length + 1];
        Span<int> current = stackalloc int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                int best = Math.Min(Math.Min(previous[j] + 1, current[j - 1] + 1), previous[j - 1] + cost);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    best = Math.Min(best, beforePrevious[j - 2] + 1);
                }

                current[j] = best;
            }

            Span<int> free = beforePrevious;
            beforePrevious = previous;
            previous = current;
            current = free;
        }

        return previous[right.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
