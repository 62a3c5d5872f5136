namespace Weft.ControlPlane.Store;

/// <summary>The commit that last changed a resource, and when.</summary>
public readonly record struct ResourceAge(long Commit, DateTimeOffset At);
