namespace Weft.Routing.Authorization;

/// <summary>What is asked for.</summary>
internal sealed class OperationMatcher
{
    public TextPattern[] Methods { get; init; } = [];

    public TextPattern[] NotMethods { get; init; } = [];

    public TextPattern[] Paths { get; init; } = [];

    public TextPattern[] NotPaths { get; init; } = [];

    public int[] Ports { get; init; } = [];

    public int[] NotPorts { get; init; } = [];

    public bool LooksAtPath => Paths.Length + NotPaths.Length > 0;

    private bool LooksAtHead => LooksAtPath || Methods.Length + NotMethods.Length > 0;

    public bool Matches(in PolicyQuestion question)
        => (Ports.Length == 0 || Ports.AsSpan().Contains(question.Port))
            && !NotPorts.AsSpan().Contains(question.Port)
            && (question.Head is null ? !LooksAtHead || question.UnseenMatches : MatchesHead(question));

    private bool MatchesHead(in PolicyQuestion question)
    {
        ReadOnlySpan<byte> method = question.Head![question.Head.Method];
        return (Methods.Length == 0 || Any(Methods, method))
            && !Any(NotMethods, method)
            && (Paths.Length == 0 || Any(Paths, question.Path))
            && !Any(NotPaths, question.Path);
    }

    private static bool Any(TextPattern[] patterns, ReadOnlySpan<byte> value)
    {
        foreach (TextPattern pattern in patterns)
        {
            if (pattern.Matches(value))
            {
                return true;
            }
        }

        return false;
    }
}
