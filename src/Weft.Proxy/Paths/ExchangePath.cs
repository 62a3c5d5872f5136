using System.Runtime.CompilerServices;
using Weft.Proxy.Engine;
using Weft.Primitives.Http;
using Weft.Proxy.Protocols;
using Weft.Proxy.Relay;
using Weft.Proxy.Replies;
using Weft.Proxy.Upstreams;
using Weft.Routing;

namespace Weft.Proxy.Paths;

/// <summary>
/// The life of an exchange: direct, acquire a lease, send the request while its body flows, wait for the answer, send it back while its
/// body flows, record. Requests, upgrades and opaque streams all come this way.
/// </summary>
internal sealed class ExchangePath(Director director, Arrival arrival) : IExchangeHandler
{
    /// <summary>Attempts per exchange, the first included. Only failures that cannot have reached an application are tried again.</summary>
    private const int AttemptsMax = 3;

    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder))]
    public async ValueTask ServeAsync(HttpStream exchange)
    {
        ExchangeContext context = ExchangeContext.Of(exchange);
        context.Begin(arrival);
        EndReason reason = await director.DirectAsync(context);
        if (reason == EndReason.Ok)
        {
            reason = await AttemptAsync(context);
        }

        if (reason != EndReason.Ok && exchange.Fault != StreamFault.Withdrawn)
        {
            LocalReply.Send(context, reason, director.ExplainRefusal(context, reason));
        }

        if (exchange.Fault == StreamFault.Withdrawn)
        {
            context.Record.Drop();
        }
        else
        {
            director.OnOutcome(context, reason);
        }

        context.End();
    }

    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    private async ValueTask<EndReason> AttemptAsync(ExchangeContext context)
    {
        EndReason last = EndReason.NoHealthyEndpoint;
        while (context.Attempts < AttemptsMax && context.Expired == EndReason.Ok && director.Next(context) is { } upstream)
        {
            context.Attempts++;
            LeaseResult acquired = await upstream.AcquireAsync(VersionWanted(context), context.Wake);
            if (acquired.Lease is null)
            {
                last = acquired.Reason;
                director.OnAttempt(context, last);
                continue;
            }

            // From here on the endpoint is measured; a handshake before says nothing of how it serves.
            context.AttemptStartedUs = context.Exchange.Loop.NowUs;
            bool again;
            (last, again) = await RunAsync(context, acquired.Lease);
            director.OnAttempt(context, last);
            acquired.Lease.GiveBack();
            if (!again)
            {
                break;
            }
        }

        return context.Expired == EndReason.Ok || last == EndReason.Ok ? last : context.Expired;
    }

    /// <summary>One attempt on one lease; the second value says whether the exchange may be tried elsewhere.</summary>
    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    private async ValueTask<(EndReason Reason, bool Again)> RunAsync(ExchangeContext context, ILease lease)
    {
        HttpStream client = context.Exchange;
        HttpStream upstream = lease.Stream;
        context.Upstream = upstream;
        client.OtherSide = upstream;
        bool hasBody = client.Head.Framing != BodyFraming.None;
        bool isHead = client.Head[client.Head.Method].SequenceEqual("HEAD"u8);
        HeadTranslation.ForUpstream(client, upstream);
        upstream.WriteHead(client.Head);
        ValueTask<PumpEnd> upload = default;
        if (hasBody)
        {
            upload = BodyRelay.UploadAsync(client, upstream, context);
        }
        else if (!context.WantsTunnel)
        {
            upstream.WriteEnd(null);
        }

        if (!await ReceiveResponseAsync(context, lease))
        {
            context.StopUpload();
            await upload;
            return Judge(context, lease);
        }

        MessageHead response = upstream.Head;
        if (context.BytesUp == 0 && context.Attempts < AttemptsMax && director.IsUnprocessed(context, response))
        {
            context.StopUpload();
            await upload;
            context.ResumeUpload();
            return (EndReason.ConnectFailed, true);
        }

        HeadTranslation.ForClient(client, upstream, context.WantsTunnel);
        bool isTunnel = response.Framing == BodyFraming.Tunnel;
        director.OnResponse(context, response);
        context.Answer(response.Status);
        bool hasResponseBody = response.Framing != BodyFraming.None && !isHead;
        client.WriteHead(response);
        if (isTunnel)
        {
            client.StartTunnel();
            upstream.StartTunnel();
            context.CancelDeadline();
            upload = BodyRelay.UploadAsync(client, upstream, context);
        }

        PumpEnd download = PumpEnd.Complete;
        if (hasResponseBody)
        {
            download = await BodyRelay.DownloadAsync(upstream, client, context);
        }
        else
        {
            client.WriteEnd(null);
        }

        if (!isTunnel || download != PumpEnd.Complete)
        {
            context.StopUpload();
        }

        PumpEnd uploaded = await upload;

        // A side that has said its last word and then resets only refuses to hear more: that is how many applications close.
        bool ended = download == PumpEnd.Complete && (!isTunnel || uploaded == PumpEnd.Complete || lease.Stream.Fault == StreamFault.PeerReset);
        return ended ? (EndReason.Ok, false) : (Judge(context, lease).Reason, false);
    }

    /// <summary>Passes interim answers on and stops at the final one.</summary>
    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    private static async ValueTask<bool> ReceiveResponseAsync(ExchangeContext context, ILease lease)
    {
        while (await lease.ReceiveHeadAsync())
        {
            MessageHead head = lease.Stream.Head;
            if (head.Status is >= 200 or 101)
            {
                return true;
            }

            if (context.Exchange.Version != HttpVersion.None && context.Exchange.Head.Version != HttpVersion.Http10)
            {
                context.Exchange.WriteHead(head);
            }
        }

        return false;
    }

    private static HttpVersion VersionWanted(ExchangeContext context)
    {
        MessageHead head = context.Exchange.Head;
        bool isConnect = head.Protocol.IsEmpty && head[head.Method].SequenceEqual("CONNECT"u8);
        return isConnect ? HttpVersion.None : context.AppVersion == HttpVersion.None ? context.Exchange.Version : context.AppVersion;
    }

    private static (EndReason Reason, bool Again) Judge(ExchangeContext context, ILease lease)
    {
        HttpStream client = context.Exchange;
        StreamFault fault = lease.Stream.Fault;
        if (client.Fault is not (StreamFault.None or StreamFault.OtherSideGone))
        {
            return (client.Fault switch
            {
                StreamFault.PeerClosed => EndReason.DownstreamClosed,
                StreamFault.Protocol => EndReason.DownstreamProtocolError,
                _ => EndReason.DownstreamReset,
            }, false);
        }

        if (context.Expired != EndReason.Ok)
        {
            return (context.Expired, false);
        }

        // A connection that rested may have been closed just now: the request was not answered, and if it has no effect when
        // repeated, or certainly was not processed, it goes to a fresh one (RFC 9110, 9.2.2).
        bool untouched = context.BytesUp == 0 && !context.ResponseStarted;
        bool stale = lease.IsReused && fault is StreamFault.PeerClosed or StreamFault.PeerReset && IsIdempotent(client.Head);
        bool again = untouched && (fault == StreamFault.Refused || stale);
        return (fault switch
        {
            StreamFault.PeerClosed => EndReason.UpstreamClosed,
            StreamFault.Protocol => EndReason.UpstreamProtocolError,
            StreamFault.Draining => EndReason.Draining,
            _ => EndReason.UpstreamReset,
        }, again);
    }

    private static bool IsIdempotent(MessageHead head)
    {
        ReadOnlySpan<byte> method = head[head.Method];
        return method.SequenceEqual("GET"u8) || method.SequenceEqual("HEAD"u8) || method.SequenceEqual("OPTIONS"u8)
            || method.SequenceEqual("PUT"u8) || method.SequenceEqual("DELETE"u8) || method.SequenceEqual("TRACE"u8);
    }
}
