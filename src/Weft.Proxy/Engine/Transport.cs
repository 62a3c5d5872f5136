using Weft.Primitives.Net;

namespace Weft.Proxy.Engine;

/// <summary>
/// A byte stream bound to a loop: a socket, TLS over another transport, or memory in tests. Speculative calls first,
/// waiting after: <see cref="Readable"/> may be awaited only after <see cref="TryReceive"/> said <see cref="WouldBlock"/>,
/// <see cref="Writable"/> only after <see cref="TrySend"/> did.
/// </summary>
internal abstract class Transport(EventLoop loop)
{
    /// <summary>Nothing now; wait for the signal.</summary>
    public const int WouldBlock = -1;

    /// <summary>The stream is broken; see <see cref="Fault"/>.</summary>
    public const int Failed = -2;

    private const int RoundTripEveryMs = 1_000;

    private long _roundTripNextMs = long.MinValue;
    private RoundTrip _roundTrip;

    public EventLoop Loop { get; } = loop;

    public abstract Signal Readable { get; }

    public abstract Signal Writable { get; }

    public abstract NetAddress Local { get; }

    public abstract NetAddress Remote { get; }

    /// <summary>Why the stream failed, for logs; null while it has not.</summary>
    public abstract string? Fault { get; }

    /// <summary>Where the peer meant to go before the kernel redirected it here; default when nothing did.</summary>
    public virtual NetAddress OriginalDestination => default;

    /// <summary>Whether what is sent is encrypted.</summary>
    public virtual bool IsSecure => false;

    public bool IsClosed { get; protected set; }

    /// <summary>How the stream is protected; nothing when it is plain.</summary>
    public virtual TlsFacts Tls => default;

    /// <summary>
    /// The round trip of the connection. The kernel is asked at the first call and then at most once a second, so that it costs nothing on connections in use.
    /// </summary>
    public RoundTrip RoundTrip
    {
        get
        {
            if (Loop.NowMs >= _roundTripNextMs && !IsClosed)
            {
                _roundTripNextMs = Loop.NowMs + RoundTripEveryMs;
                _roundTrip = ReadRoundTrip();
            }

            return _roundTrip;
        }
    }

    /// <summary>Called when the connection is found broken in both directions (reset, hang-up), whether or not somebody waits.</summary>
    public virtual Action? Broken { get; set; }

    /// <summary>Bytes received, 0 at the end of the stream, <see cref="WouldBlock"/> or <see cref="Failed"/>.</summary>
    public abstract int TryReceive(Span<byte> buffer);

    /// <summary>Bytes taken (perhaps fewer than given), <see cref="WouldBlock"/> or <see cref="Failed"/>.</summary>
    public abstract int TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>Says that no more will be sent, after all that was taken has gone (FIN, close_notify).</summary>
    public abstract void ShutdownSend();

    /// <summary>
    /// Nothing will happen on it for a while: gives back what it can do without. Whatever is called next takes it up again.
    /// </summary>
    public virtual void Rest()
    {
    }

    /// <summary>Closes; what the kernel holds is still delivered.</summary>
    public abstract void Close();

    /// <summary>Closes with a reset: the peer learns that the stream did not end in order.</summary>
    public abstract void Abort();

    /// <summary>Asks the kernel; nothing where there is none to ask.</summary>
    protected internal virtual RoundTrip ReadRoundTrip() => default;
}
