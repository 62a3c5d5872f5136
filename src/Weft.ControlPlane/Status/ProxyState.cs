namespace Weft.ControlPlane.Status;

/// <summary>One discovery stream as the ledger sees it now.</summary>
/// <param name="Workload">"&lt;namespace&gt;/&lt;workload&gt;" of the proxy.</param>
/// <param name="Service">"&lt;namespace&gt;/&lt;service&gt;" of its identity.</param>
/// <param name="Commit">The newest commit up to which it has taken or refused everything that concerns it.</param>
/// <param name="IsLagging">Whether something is not answered yet.</param>
/// <param name="LagMs">Lagging: for how long. Else: how long the last commit that concerned it took.</param>
/// <param name="LastRefusal">What it refuses at present, or null.</param>
/// <param name="Subscriptions">Number of resources that it subscribes to.</param>
internal sealed record ProxyState(string Workload, string Service, long Commit, bool IsLagging, double LagMs, string? LastRefusal, int Subscriptions);
