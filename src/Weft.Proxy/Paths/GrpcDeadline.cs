using Weft.Primitives.Http;
using Weft.Routing;
using Weft.Wire.Grpc;

namespace Weft.Proxy.Paths;

/// <summary>
/// The deadline of a call: the caller's <c>grpc-timeout</c> or the route's timeout, whichever is over first. What is left of it goes on to the
/// upstream, so that nobody works for a caller that has given up.
/// </summary>
internal static class GrpcDeadline
{
    private static ReadOnlySpan<byte> Name => "grpc-timeout"u8;

    /// <summary>Sets the deadline of the exchange. <see cref="EndReason.BadRequest"/> when the caller's is not of its form.</summary>
    public static EndReason Begin(ExchangeContext context)
    {
        if (!context.Exchange.Head.TryGetField(Name, out ReadOnlySpan<byte> text))
        {
            return EndReason.Ok;
        }

        if (!GrpcTimeout.TryRead(text, out long timeoutUs))
        {
            return EndReason.BadRequest;
        }

        // The time before the decision counts, too.
        long leftUs = timeoutUs - (context.Exchange.Loop.NowUs - context.StartedUs);
        if (leftUs <= 0)
        {
            return EndReason.RequestTimeout;
        }

        long leftMs = (leftUs + 999) / 1000;
        if (leftMs < int.MaxValue)
        {
            context.SetDeadline(leftMs, EndReason.RequestTimeout);
        }

        return EndReason.Ok;
    }

    /// <summary>Writes into the request what is left of its time.</summary>
    public static void Forward(ExchangeContext context)
    {
        if (context.DeadlineMs == long.MaxValue)
        {
            return;
        }

        MessageHead head = context.Exchange.Head;
        Span<byte> text = stackalloc byte[GrpcTimeout.SizeMax];
        int written = GrpcTimeout.Write(Math.Max(1, context.DeadlineMs - context.Exchange.Loop.NowMs), text);
        head.SetField(Name, text[..written]);
    }
}
