namespace Weft.Cli.Host;

/// <summary>How one proxy is started.</summary>
/// <param name="Program">Path of <c>weft-proxy</c>.</param>
/// <param name="Network">Where it runs.</param>
/// <param name="Arguments">What stands behind the program's name, without <c>--join-token-stdin</c>.</param>
/// <param name="Workload">"namespace/workload", for messages.</param>
/// <param name="Run">Marks the process as ours.</param>
/// <param name="LogFile">Where its standard error goes.</param>
internal sealed record ProxyLaunch(string Program, NetworkNamespace Network, IReadOnlyList<string> Arguments, string Workload, RunDirectory Run, string LogFile)
{
    /// <summary>Joining needs a key, a certificate and the first policy; a busy machine needs patience.</summary>
    public TimeSpan ReadyLimit { get; init; } = TimeSpan.FromSeconds(30);
}
