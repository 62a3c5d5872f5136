namespace Weft.Routing.Authorization;

/// <summary>The answer to "may this peer do this?".</summary>
/// <param name="Reason"><see cref="EndReason.Ok"/> when allowed.</param>
/// <param name="PolicyName">The policy that decided, "&lt;namespace&gt;/&lt;name&gt;", or one of the constants here; empty when none was asked.</param>
/// <param name="Rule">Number of the policy's rule that decided, from 0; -1 where no single one did.</param>
public readonly record struct Verdict(EndReason Reason, string PolicyName, int Rule = -1)
{
    /// <summary>Stands for a policy's name when policies that allow exist and none of them matched.</summary>
    public const string NoAllowMatched = "(no allow policy matched)";

    /// <summary>Stands for a policy's name when no policy matched and the default is to deny.</summary>
    public const string DefaultDeny = "(default deny)";

    public bool IsAllowed => Reason == EndReason.Ok;
}
