namespace Weft.Cli.Host;

/// <summary>How one proxy is started.</summary>
internal sealed record ProxyLaunch(string Program, NetworkNamespace Network, ProxyOptions Options, RunDirectory Run, string LogFile)
{
    /// <summary>Joining needs a key, a certificate and the first policy; a busy machine needs patience.</summary>
    public TimeSpan ReadyLimit { get; init; } = TimeSpan.FromSeconds(30);
}
