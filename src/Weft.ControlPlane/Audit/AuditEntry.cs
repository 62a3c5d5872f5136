namespace Weft.ControlPlane.Audit;

/// <summary>One line of the audit log before it is written.</summary>
/// <param name="Actor">Who did it, or tried to.</param>
/// <param name="Action">A verb and its object in dotted form: "commit.apply", "token.issue", "proxy.drain".</param>
/// <param name="Detail">What it was done to; never a secret.</param>
/// <param name="Outcome">"ok", "unchanged", or "refused: " and the reason.</param>
public sealed record AuditEntry(Actor Actor, string Action, string Detail, string Outcome = "ok");
