namespace Weft.Proxy.Upgrading;

/// <summary>How the last upgrade of this process went: "none" so far, "running", or "failed" and why. One that succeeds is another process's past.</summary>
/// <param name="State">One of the three.</param>
/// <param name="Why">What went wrong, empty otherwise.</param>
/// <param name="Attempt">How many upgrades this process has begun, so that two failures can be told apart.</param>
internal sealed record UpgradeStatus(string State, string Why = "", int Attempt = 0)
{
    public static UpgradeStatus None { get; } = new("none");

    /// <summary>The status once another upgrade has begun.</summary>
    public UpgradeStatus Begin() => new("running", Attempt: Attempt + 1);

    /// <summary>The status once the present upgrade has failed.</summary>
    public UpgradeStatus Fail(string why) => new("failed", why, Attempt);
}
