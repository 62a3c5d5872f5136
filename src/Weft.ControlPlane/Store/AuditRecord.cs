using Weft.ControlPlane.Audit;

namespace Weft.ControlPlane.Store;

/// <summary>One line of the audit log. Ids grow and are never used twice.</summary>
public sealed record AuditRecord(long Id, DateTimeOffset At, AuditEntry Entry);
