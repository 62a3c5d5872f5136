using Weft.Primitives.Http;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Protocols;

/// <summary>
/// One message in and one message out on one side of the proxy, whatever the protocol: an exchange with a client, or a lease of
/// an upstream. Bodies flow through by "try, else wait": nothing is buffered whole, and a reader that stops stops the sender.
/// </summary>
internal abstract class HttpStream(EventLoop loop)
{
    public EventLoop Loop { get; } = loop;

    /// <summary>The head that was received: the request on a client's side, the response on an upstream's.</summary>
    public MessageHead Head { get; } = new();

    /// <summary>Trailers that were received; meaningful after <see cref="BodyState.End"/>.</summary>
    public MessageHead Trailers { get; } = new();

    /// <summary>What the path keeps with the stream object, made once and reused.</summary>
    public object? Context { get; set; }

    public StreamFault Fault { get; protected set; }

    /// <summary>The stream on the other side of the same exchange; it is given up when this one breaks.</summary>
    public HttpStream? OtherSide { get; set; }

    /// <summary>Set when body, end or failure arrives.</summary>
    public abstract Signal Received { get; }

    /// <summary>Set when there is room to write again, or the stream has failed.</summary>
    public abstract Signal Room { get; }

    /// <summary>Whether writing is pointless.</summary>
    public bool IsBroken => Fault != StreamFault.None;

    public abstract HttpVersion Version { get; }

    /// <summary>The connection that it is on, perhaps with others.</summary>
    public abstract Transport Carrier { get; }

    /// <summary>Body bytes that are here now. The span lives until the next call or await.</summary>
    public abstract BodyState TryReadBody(out ReadOnlySpan<byte> data);

    public abstract void ConsumeBody(int count);

    /// <summary>Writes the head of the message; its <see cref="MessageHead.Framing"/> says whether a body follows.</summary>
    public abstract void WriteHead(MessageHead head);

    /// <summary>Takes some of the bytes, perhaps none.</summary>
    public abstract int TryWriteBody(ReadOnlySpan<byte> data);

    /// <summary>Ends the message. Trailers are written when the protocol has a place for them.</summary>
    public abstract void WriteEnd(MessageHead? trailers);

    /// <summary>From now on both directions are opaque bytes: an accepted upgrade or CONNECT.</summary>
    public abstract void StartTunnel();

    /// <summary>Says that the rest of the received message will not be read, before an answer of our own is written.</summary>
    public virtual void GiveUpRequest()
    {
    }

    /// <summary>Gives the stream up in both directions and wakes whoever waits on it.</summary>
    public abstract void Abort(StreamFault fault);

    /// <summary>Records the first fault and gives up the other side.</summary>
    protected void Break(StreamFault fault)
    {
        if (Fault == StreamFault.None)
        {
            Fault = fault;
            HttpStream? other = OtherSide;
            OtherSide = null;
            if (other is not null)
            {
                other.OtherSide = null;
                other.Abort(StreamFault.OtherSideGone);
            }
        }
    }
}
