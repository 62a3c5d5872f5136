namespace Weft.Proxy.Upgrading;

/// <summary>How the last upgrade of this process went: "none" so far, "running", or "failed" and why. One that succeeds is another process's past.</summary>
internal sealed record UpgradeStatus(string State, string Why = "")
{
    public static UpgradeStatus None { get; } = new("none");

    public static UpgradeStatus Running { get; } = new("running");
}
