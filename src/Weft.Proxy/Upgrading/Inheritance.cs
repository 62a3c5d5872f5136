using Weft.Proxy.Supervision;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Upgrading;

/// <summary>What a process was given at its start: sockets, by its predecessor or by systemd, and the line to the predecessor.</summary>
internal sealed class Inheritance
{
    private Inheritance(HeldSockets sockets, Predecessor? predecessor)
    {
        Sockets = sockets;
        Predecessor = predecessor;
    }

    public HeldSockets Sockets { get; }

    /// <summary>The process to take over from; null when this one was not started by another.</summary>
    public Predecessor? Predecessor { get; }

    /// <summary>Takes everything from the environment. To be called before anything else is opened.</summary>
    public static Inheritance Take()
    {
        HeldSockets sockets = new();
        ActivatedSockets.Take(sockets);
        return new Inheritance(sockets, Predecessor.Find(sockets));
    }

    /// <summary>Closes what no option asked for, and says so.</summary>
    public void CloseUnasked()
    {
        foreach (HeldSocket socket in Sockets.CloseUnasked())
        {
            ProxyLog.Warn($"no option names {socket.Address}: the socket that came with the start is closed");
        }
    }
}
