namespace Weft.Routing.Authorization;

/// <summary>One rule: any of its sources AND any of its operations; a list that is empty asks nothing.</summary>
internal sealed class RuleMatcher(SourceMatcher[] from, OperationMatcher[] to)
{
    public bool LooksAtPath { get; } = to.Any(o => o.LooksAtPath);

    public bool Matches(in PolicyQuestion question) => MatchesSource(question.Peer) && MatchesOperation(question);

    private bool MatchesSource(in PeerContext peer)
    {
        foreach (SourceMatcher source in from)
        {
            if (source.Matches(peer))
            {
                return true;
            }
        }

        return from.Length == 0;
    }

    private bool MatchesOperation(in PolicyQuestion question)
    {
        foreach (OperationMatcher operation in to)
        {
            if (operation.Matches(question))
            {
                return true;
            }
        }

        return to.Length == 0;
    }
}
