using Weft.Proxy.Engine;
using Weft.Wire.Http2;

namespace Weft.Proxy.Protocols;

/// <summary>Finds out that a peer is gone although nothing says so: its host was cut off, or the network between.</summary>
internal sealed partial class Http2Connection
{
    /// <summary>Anything; nobody looks at what comes back.</summary>
    private const ulong PingData = 0x77656674;

    private LoopTimer? _keepAlive;
    private bool _heard;
    private bool _pinged;
    private long _heardMs = long.MinValue;

    /// <summary>Silence in ms after which the peer is asked for a sign of life, and given the same time again to answer; 0: never. Only for peers
    /// that take it well: servers of gRPC count pings as abuse.</summary>
    public int KeepAliveMs { get; init; }

    /// <summary>Ends at once when nothing has come since a time.</summary>
    /// <param name="sinceMs">By the loop's clock.</param>
    public void AbandonIfSilent(long sinceMs)
    {
        if (!_ended && _heardMs < sinceMs)
        {
            // Whatever is unsent will not arrive either.
            _transport.Abort();
            End(StreamFault.Timeout);
        }
    }

    private void BeginKeepAlive()
    {
        if (KeepAliveMs > 0)
        {
            _keepAlive = new LoopTimer(Loop, OnSilence);
            _keepAlive.Set(KeepAliveMs);
        }
    }

    private void OnSilence()
    {
        if (_ended)
        {
            return;
        }

        if (_heard)
        {
            _heard = _pinged = false;
        }
        else if (_pinged)
        {
            // Whatever is unsent will not arrive either.
            _transport.Abort();
            End(StreamFault.PeerReset);
            return;
        }
        else
        {
            _pinged = true;
            _unsent.Commit(FrameWriter.WritePing(_unsent.Reserve(FrameWriter.PingSize), ack: false, PingData));
            FlushSoon();
        }

        _keepAlive!.Set(KeepAliveMs);
    }
}
