namespace Weft.Routing.Authorization;

/// <summary>One AuthorizationPolicy: it matches when any of its rules does.</summary>
internal sealed class PolicyEntry(string name, RuleMatcher[] rules)
{
    public string Name => name;

    public bool LooksAtPath { get; } = rules.Any(r => r.LooksAtPath);

    public bool Matches(in PolicyQuestion question)
    {
        foreach (RuleMatcher rule in rules)
        {
            if (rule.Matches(question))
            {
                return true;
            }
        }

        return false;
    }
}
