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
    /// <summary>Interim answers (1xx) that are passed on before the final one; more only keep the proxy busy.</summary>
    private const int InterimsMax = 16;

    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder))]
    public async ValueTask ServeAsync(HttpStream exchange)
    {
        ExchangeContext context = ExchangeContext.Of(exchange);
        context.Begin(arrival);
        if (director.Flows is not null)
        {
            context.Identify(director);
        }

        EndReason reason = await director.DirectAsync(context);
        if (reason == EndReason.Ok && director.Sheds())
        {
            reason = EndReason.Overloaded;
        }

        if (reason == EndReason.Ok && context.IsGrpc)
        {
            reason = BeginGrpc(context);
        }

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

    public void OnRefused(EndReason reason) => director.OnRefused(reason);

    private static EndReason BeginGrpc(ExchangeContext context)
    {
        if (context.IsGrpcWeb && context.BridgesGrpcWeb)
        {
            context.BeginBridge();
        }

        return GrpcDeadline.Begin(context);
    }

    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    private async ValueTask<EndReason> AttemptAsync(ExchangeContext context)
    {
        director.Retries.Earn();
        EndReason last = EndReason.NoHealthyEndpoint;
        Upstream? upstream = director.Next(context);
        while (upstream is not null)
        {
            context.BeginAttempt();

            // A tunnel takes its connection for itself; and CONNECT could not be repeated if one that rested turned out dead.
            bool fresh = context.Sent > 0 || context.IsConnect;
            long askedUs = context.Exchange.Loop.NowUs;
            LeaseResult acquired = await upstream.AcquireAsync(VersionWanted(context), context.Wake, fresh, context.Arrival);
            context.NoteLease(upstream.Settings, acquired, askedUs);
            bool again = true;
            last = acquired.Reason;
            if (acquired.Lease is { } lease)
            {
                (last, again) = await RunAsync(context, lease);
                context.NoteAttempt(last, lease.Stream);
            }

            director.OnAttempt(context, last);
            acquired.Lease?.GiveBack();
            upstream = again ? NextAttempt(context) : null;
        }

        return context.Expired == EndReason.Ok || last == EndReason.Ok ? last : context.Expired;
    }

    private Upstream? NextAttempt(ExchangeContext context)
    {
        bool may = context.Expired == EndReason.Ok && !context.Exchange.IsBroken && AttemptJudge.CanRepeat(context);
        if (!may || !director.Retries.TryTake(context.Exchange.Loop.NowMs))
        {
            return null;
        }

        Upstream? next = director.Next(context);
        if (next is null)
        {
            director.Retries.GiveBack();
        }

        return next;
    }

    /// <summary>One attempt on one lease; the second value says whether the exchange may be tried elsewhere.</summary>
    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    private async ValueTask<(EndReason Reason, bool Again)> RunAsync(ExchangeContext context, ILease lease)
    {
        HttpStream upstream = lease.Stream;
        if (context.Expired != EndReason.Ok)
        {
            return (context.Expired, false);
        }

        if (!context.Exchange.Head.Protocol.IsEmpty && upstream is Http2Stream stream && !await stream.Connection.TakesExtendedConnectAsync(stream, context.Wake))
        {
            return (EndReason.TunnelUnsupported, false);
        }

        if (context.Exchange.IsBroken)
        {
            // The client gave up before there was another side to tell: nobody would end what is sent now.
            return AttemptJudge.Judge(context, lease);
        }

        context.BeginSending(upstream);
        HeadTranslation.ForUpstream(context, upstream);
        if (context.IsGrpc)
        {
            GrpcDeadline.Forward(context);
        }

        upstream.WriteHead(context.Exchange.Head);
        ValueTask<PumpEnd> upload = StartUpload(context, upstream);
        if (!await ReceiveResponseAsync(context, lease))
        {
            context.StopUpload();
            await upload;
            return AttemptJudge.Judge(context, lease);
        }

        if (AttemptJudge.CanRepeat(context) && director.IsUnprocessed(context, upstream.Head))
        {
            context.StopUpload();
            await upload;
            return (EndReason.ConnectFailed, true);
        }

        context.Body.StopKeeping();
        return (await AnswerAsync(context, lease, upload), false);
    }

    /// <summary>Begins to send the body. The bytes of a tunnel wait until it has been accepted: before that they could be taken for a request.</summary>
    private static ValueTask<PumpEnd> StartUpload(ExchangeContext context, HttpStream upstream)
    {
        if (context.WantsTunnel)
        {
            return default;
        }

        MessageHead head = context.Exchange.Head;
        if (head.Framing == BodyFraming.None)
        {
            upstream.WriteEnd(null);
            return default;
        }

        // An HTTP/1 upstream never says that it did not process a request, so what may not be repeated anyway is not kept.
        bool keeps = head.ContentLength <= ReplayBody.Max && (upstream.Version == HttpVersion.Http2 || AttemptJudge.IsIdempotent(head));
        context.Body.BeginAttempt(keeps);
        return BodyRelay.UploadAsync(context.Exchange, upstream, context);
    }

    /// <summary>Sends the answer back, whose head is here, while the upload goes on.</summary>
    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    private async ValueTask<EndReason> AnswerAsync(ExchangeContext context, ILease lease, ValueTask<PumpEnd> upload)
    {
        HttpStream client = context.Exchange;
        HttpStream upstream = lease.Stream;
        if (!HeadTranslation.ForClient(context, upstream))
        {
            return EndReason.UpstreamProtocolError;
        }

        MessageHead response = upstream.Head;
        bool isTunnel = response.Framing == BodyFraming.Tunnel;
        bool hasBody = isTunnel || HasContent(client.Head, response);
        if (!hasBody)
        {
            // HTTP/2 may end such an answer with an empty frame; HTTP/1 must not write framing for it.
            response.Framing = BodyFraming.None;
        }

        director.OnResponse(context, response);
        context.Bridge?.Answer(response);
        context.Answer(response.Status);
        client.WriteHead(response);
        if (isTunnel)
        {
            client.StartTunnel();
            upstream.StartTunnel();
            context.WatchTunnel(director.TunnelTimesOf(context));
            upload = BodyRelay.UploadAsync(client, upstream, context);
        }

        PumpEnd download = PumpEnd.Complete;
        if (hasBody)
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

        if (context.IsGrpc && !(context.IsGrpcWeb && context.Bridge is null) && download == PumpEnd.Complete)
        {
            context.GrpcStatus = GrpcOutcome.Read(hasBody ? upstream.Trailers : response);
        }

        PumpEnd uploaded = await upload;

        // A side that has said its last word and then resets only refuses to hear more: that is how many applications close.
        bool ended = download == PumpEnd.Complete && (!isTunnel || uploaded == PumpEnd.Complete || upstream.Fault == StreamFault.PeerReset);
        return ended ? EndReason.Ok : AttemptJudge.Judge(context, lease).Reason;
    }

    /// <summary>Whether content follows the head of a final answer (RFC 9110, 6.4.1).</summary>
    private static bool HasContent(MessageHead request, MessageHead response)
        => response.Framing != BodyFraming.None && response.Status is not (204 or 304) && !request[request.Method].SequenceEqual("HEAD"u8);

    /// <summary>Passes interim answers on and stops at the final one.</summary>
    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    private static async ValueTask<bool> ReceiveResponseAsync(ExchangeContext context, ILease lease)
    {
        for (int interims = 0; await lease.ReceiveHeadAsync(); interims++)
        {
            MessageHead head = lease.Stream.Head;
            if (head.Status is >= 200 or 101)
            {
                return true;
            }

            if (interims == InterimsMax)
            {
                lease.Stream.Abort(StreamFault.Protocol);
                return false;
            }

            if (context.Exchange.Version != HttpVersion.None && context.Exchange.Head.Version != HttpVersion.Http10)
            {
                context.Exchange.WriteHead(head);
            }
        }

        return false;
    }

    private static HttpVersion VersionWanted(ExchangeContext context)
        => context.IsOpaque ? HttpVersion.None : context.AppVersion == HttpVersion.None ? context.Exchange.Version : context.AppVersion;
}
