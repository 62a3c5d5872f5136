using Weft.Primitives.Http;
using Weft.Proxy.Detection;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Protocols;

/// <summary>
/// The opaque stream of a client that has not said yet what it speaks: its upstream is dialled, so that a server that speaks first is
/// heard. Until <see cref="Decide"/> it reads nothing from the client; when the client turns out to speak HTTP it is withdrawn, as if it
/// had never been. Nobody is told, and the client's connection stays.
/// </summary>
/// <param name="transport">The client's connection, of which somebody else reads the first bytes.</param>
/// <param name="drain">Counts the connection while this serves it.</param>
/// <param name="isCertain">The destination is known for speaking first: what goes wrong is told to the client at once.</param>
internal sealed class SpeculativeConnection(Transport transport, ServerDrain drain, bool isCertain) : OpaqueConnection(transport, drain)
{
    private readonly Signal _decision = new(transport.Loop);
    private bool _decided;

    /// <summary>Called when the server has spoken, or ended, before anything was decided; before its bytes go to the client.</summary>
    public required Action ServerSpoke { get; init; }

    /// <summary>Whether it serves the connection, or still may.</summary>
    public bool IsAlive => Fault != StreamFault.Withdrawn;

    public override Signal Received => _decided ? base.Received : _decision;

    /// <summary>From now on it is an opaque stream like any other, that begins with these bytes.</summary>
    public void Decide(ReadOnlySpan<byte> first)
    {
        Prefill(first);
        _decided = true;
        _decision.Set();
    }

    /// <summary>It is no opaque stream. The client's connection is not touched any more.</summary>
    public void Withdraw()
    {
        Transport.Broken = null;
        Break(StreamFault.Withdrawn);
        _decision.Set();
        Room.Set();
    }

    public override BodyState TryReadBody(out ReadOnlySpan<byte> data)
    {
        if (_decided)
        {
            return base.TryReadBody(out data);
        }

        data = default;
        if (!IsAlive && OtherSide is { } other)
        {
            // It was withdrawn while its upstream was being dialled.
            OtherSide = null;
            other.Abort(StreamFault.OtherSideGone);
        }

        return IsBroken ? BodyState.Failed : BodyState.Wait;
    }

    public override int TryWriteBody(ReadOnlySpan<byte> data)
    {
        if (!_decided && !IsBroken)
        {
            if (ProtocolSniffer.IsHttp2Server(data))
            {
                Withdraw();
                return 0;
            }

            ServerSpoke();
        }

        return base.TryWriteBody(data);
    }

    public override void WriteEnd(MessageHead? trailers)
    {
        if (!_decided && !IsBroken)
        {
            ServerSpoke();
        }

        base.WriteEnd(trailers);
    }

    public override void WriteHead(MessageHead head)
    {
        if (head.Status >= 300 && !_decided && !isCertain)
        {
            // The upstream cannot be reached this way: the client may still turn out to want another.
            Withdraw();
            return;
        }

        base.WriteHead(head);
    }

    protected override void Finish()
    {
        if (IsAlive)
        {
            base.Finish();
        }
        else
        {
            Input.Release();
            Head.Release();
        }
    }
}
