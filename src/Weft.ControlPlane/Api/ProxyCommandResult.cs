namespace Weft.ControlPlane.Api;

/// <summary>The ways in which a command to a proxy ends.</summary>
public enum ProxyCommandResult
{
    Done,

    /// <summary>No workload of that name is connected.</summary>
    NotConnected,

    /// <summary>The proxy did not answer in time.</summary>
    TimedOut,

    /// <summary>The proxy answered that it could not.</summary>
    Failed,
}
