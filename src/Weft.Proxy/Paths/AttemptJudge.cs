using Weft.Primitives.Http;
using Weft.Proxy.Protocols;
using Weft.Routing;

namespace Weft.Proxy.Paths;

/// <summary>Why an attempt failed, and whether the exchange may be tried again without an application seeing it twice.</summary>
internal static class AttemptJudge
{
    /// <summary>Attempts per exchange, the first included, when connections cannot be had.</summary>
    public const int AttemptsMax = 3;

    /// <summary>Attempts per exchange whose request was sent (limits sheet: one retry).</summary>
    public const int SentMax = 2;

    /// <summary>Judges an attempt that ended without a whole answer.</summary>
    public static (EndReason Reason, bool Again) Judge(ExchangeContext context, ILease lease)
    {
        HttpStream client = context.Exchange;
        if (context.Expired != EndReason.Ok)
        {
            return (context.Expired, false);
        }

        if (client.Fault is not (StreamFault.None or StreamFault.OtherSideGone))
        {
            return (client.Fault switch
            {
                StreamFault.PeerClosed => EndReason.DownstreamClosed,
                StreamFault.Protocol => EndReason.DownstreamProtocolError,
                StreamFault.Overloaded => EndReason.Overloaded,
                _ => EndReason.DownstreamReset,
            }, false);
        }

        StreamFault fault = lease.Stream.Fault;
        bool again = CanRepeat(context) && (fault == StreamFault.Refused || IsStale(context, lease));
        return (fault switch
        {
            StreamFault.PeerClosed => EndReason.UpstreamClosed,
            StreamFault.Protocol => EndReason.UpstreamProtocolError,
            StreamFault.Draining => EndReason.Draining,
            StreamFault.Overloaded => EndReason.Overloaded,
            _ => EndReason.UpstreamReset,
        }, again);
    }

    /// <summary>Whether the request is still all here and the client has seen nothing of an answer.</summary>
    public static bool CanRepeat(ExchangeContext context)
        => context.Body.IsWhole && !context.ResponseStarted && context.Sent < SentMax && context.Attempts < AttemptsMax;

    /// <summary>Whether repeating the request has no effect beyond that of sending it once (RFC 9110, 9.2.2).</summary>
    public static bool IsIdempotent(MessageHead head)
    {
        ReadOnlySpan<byte> method = head[head.Method];
        return method.SequenceEqual("GET"u8) || method.SequenceEqual("HEAD"u8) || method.SequenceEqual("OPTIONS"u8)
            || method.SequenceEqual("PUT"u8) || method.SequenceEqual("DELETE"u8) || method.SequenceEqual("TRACE"u8);
    }

    /// <summary>
    /// A connection that rested may have been closed just when the request went out. Nobody can know whether it was processed, so only a
    /// request without effect when repeated goes to another.
    /// </summary>
    private static bool IsStale(ExchangeContext context, ILease lease)
        => lease.IsReused && !lease.HasAnswered && lease.Stream.Fault is StreamFault.PeerClosed or StreamFault.PeerReset
            && IsIdempotent(context.Exchange.Head);
}
