using Weft.Primitives.Http;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Protocols;

/// <summary>
/// An opaque TCP stream in the clothes of an exchange that asked for a tunnel: its head is a CONNECT that nobody sent, the answer
/// is never written. So opaque streams travel the same path as requests, and over HTTP/2 as CONNECT streams.
/// </summary>
internal class OpaqueConnection : Http1Connection, ILease
{
    private readonly ServerDrain? _drain;
    private bool _heardAll;

    /// <param name="drain">Given for a client's connection, which counts as an open one.</param>
    public OpaqueConnection(Transport transport, ServerDrain? drain = null)
        : base(transport)
    {
        _drain = drain;
        transport.Broken = OnBroken;
        StartTunnel();
        Head.Method = Head.Append("CONNECT"u8);
        Head.Framing = BodyFraming.None;
    }

    public HttpStream Stream => this;

    public bool IsReused => false;

    public bool HasAnswered => false;

    public override HttpVersion Version => HttpVersion.None;

    public void Prefill(ReadOnlySpan<byte> bytes) => Input.Append(bytes);

    /// <summary>Serves the one exchange of a client's connection.</summary>
    public async Task RunAsync(IExchangeHandler handler)
    {
        _drain?.Enter(this);
        await handler.ServeAsync(this);
        Finish();
        _drain?.Leave(this);
    }

    public override BodyState TryReadBody(out ReadOnlySpan<byte> data)
    {
        BodyState state = base.TryReadBody(out data);
        _heardAll |= state == BodyState.End;
        return state;
    }

    public override void WriteHead(MessageHead head)
    {
        // A refusal can only be a reset: there is no place for a status.
        if (head.Status >= 300)
        {
            Abort(StreamFault.OtherSideGone);
        }
    }

    public ValueTask<bool> ReceiveHeadAsync()
    {
        Head.Clear();
        Head.Status = 200;
        Head.Framing = BodyFraming.Tunnel;
        return new(!IsBroken);
    }

    public void GiveBack() => Finish();

    protected virtual void Finish()
    {
        if (IsBroken)
        {
            Transport.Abort();
        }
        else
        {
            Flush();
            Transport.Close();
        }

        Input.Release();
        Head.Release();
        OtherSide = null;
    }

    private void OnBroken()
    {
        // Both directions may have ended in order; only what is still open is cut.
        if (WriteComplete && !HasUnsent)
        {
            return;
        }

        if (_heardAll)
        {
            // Nobody reads here any more who would come across the reset.
            Break(StreamFault.PeerReset);
        }

        Transport.Readable.Set();
        Room.Set();
    }
}
