namespace Weft.Routing.Snapshot;

/// <summary>A resource that was not taken; the one before it, if any, stays in force.</summary>
public sealed record Refusal(string TypeUrl, string Name, string Reason)
{
    public override string ToString() => $"{Name}: {Reason}";
}
