namespace Weft.Routing.Authorization;

/// <summary>One AuthorizationPolicy: it matches when any of its rules does.</summary>
internal sealed class PolicyEntry(string name, RuleMatcher[] rules)
{
    public string Name => name;

    public bool LooksAtPath { get; } = rules.Any(r => r.LooksAtPath);

    /// <summary>Number of the first rule that matches, from 0; -1 when none does.</summary>
    public int Match(in PolicyQuestion question)
    {
        for (int i = 0; i < rules.Length; i++)
        {
            if (rules[i].Matches(question))
            {
                return i;
            }
        }

        return -1;
    }
}
