namespace Weft.ControlPlane.Store;

/// <summary>A commit as history keeps it.</summary>
/// <param name="Number">From 1, without gaps, never going backwards.</param>
/// <param name="Hash">SHA-256 of the content of the whole model, in lower-case hex: equal content has equal hashes.</param>
public sealed record StoredCommit(long Number, string Hash, string Author, string? Message, DateTimeOffset At, IReadOnlyList<CommitChange> Changes);
