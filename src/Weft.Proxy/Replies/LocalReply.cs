using System.Text;
using System.Text.Json;
using Weft.Primitives.Http;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Routing;

namespace Weft.Proxy.Replies;

/// <summary>Answers of our own to exchanges that get none from an upstream. Not on the hot path: it may allocate.</summary>
internal static class LocalReply
{
    /// <param name="explanation">Text for the client and value of x-weft-reason; empty outside the mesh.</param>
    public static void Send(ExchangeContext context, EndReason reason, string explanation)
    {
        HttpStream exchange = context.Exchange;
        if (exchange.IsBroken)
        {
            return;
        }

        (int status, int grpc) = RefusalMapper.Map(reason);
        if (context.ResponseStarted)
        {
            EndStarted(context, reason, grpc);
            return;
        }

        if (reason == EndReason.BodyTooSlow && exchange.Version == HttpVersion.Http2)
        {
            // A status would wait for a client that does not even send; a reset costs it only this stream.
            exchange.Abort(StreamFault.Timeout);
            return;
        }

        exchange.GiveUpRequest();
        context.Status = status;
        MessageHead head = context.Reply;
        head.Clear();
        head.Version = HttpVersion.Http11;
        head.KeepAlive = true;
        byte[] body = [];
        if (context.IsGrpc)
        {
            // Trailers-only: an HTTP success that carries the gRPC status in its head.
            context.Status = head.Status = 200;
            context.GrpcStatus = grpc;
            head.AddField("content-type"u8, context.IsGrpcWeb ? "application/grpc-web+proto"u8 : "application/grpc"u8);
            AddGrpcStatus(head, grpc, $"weft: {EndReasons.Code(reason)} {explanation} {Request(context)}");
        }
        else
        {
            head.Status = status;
            bool isJson = WantsJson(exchange.Head);
            body = explanation.Length == 0 ? [] : isJson ? ErrorJson(context, reason, explanation) : Encoding.UTF8.GetBytes($"weft: {explanation}{Request(context, " (", ")")}\n");
            head.AddField("content-length"u8, Encoding.ASCII.GetBytes(body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            if (body.Length > 0)
            {
                head.AddField("content-type"u8, isJson ? "application/json"u8 : "text/plain; charset=utf-8"u8);
            }
        }

        if (reason == EndReason.Overloaded)
        {
            head.AddField("retry-after"u8, "1"u8);
        }

        if (explanation.Length > 0)
        {
            head.AddField("x-weft-reason"u8, Encoding.ASCII.GetBytes(EndReasons.Code(reason)));
        }

        if (!context.Trace.Id.IsEmpty)
        {
            head.AddField("x-request-id"u8, context.Trace.Id);
        }

        bool isHead = exchange.Head[exchange.Head.Method].SequenceEqual("HEAD"u8);
        head.ContentLength = body.Length;
        head.Framing = BodyFraming.Length;
        exchange.WriteHead(head);
        if (!exchange.IsBroken && !isHead)
        {
            exchange.TryWriteBody(body);
        }

        exchange.WriteEnd(null);
    }

    /// <summary>What to look the exchange up by (<c>GET /v1/flows/{id}</c>).</summary>
    private static string Request(ExchangeContext context, string before = "", string after = "")
        => context.Trace.Id.IsEmpty ? "" : $"{before}request {Encoding.ASCII.GetString(context.Trace.Id)}{after}";

    private static bool WantsJson(MessageHead head)
        => head.TryGetField("accept"u8, out ReadOnlySpan<byte> accept) && accept.IndexOf("application/json"u8) >= 0;

    private static byte[] ErrorJson(ExchangeContext context, EndReason reason, string explanation)
    {
        string Text(string value) => JsonEncodedText.Encode(value).ToString();
        string id = Encoding.ASCII.GetString(context.Trace.Id);
        return Encoding.UTF8.GetBytes(
            $"{{\"code\":\"{EndReasons.Number(reason)}\",\"reason\":\"{EndReasons.Code(reason)}\",\"message\":\"{Text(explanation)}\",\"requestId\":\"{Text(id)}\"}}\n");
    }

    /// <summary>
    /// Half an answer is out. A call of gRPC can still be told why it ends, because its status comes last; for anything else the only honest
    /// end is a visible break.
    /// </summary>
    private static void EndStarted(ExchangeContext context, EndReason reason, int grpc)
    {
        HttpStream exchange = context.Exchange;
        if (!context.IsGrpc || context.IsGrpcWeb || exchange.Version != HttpVersion.Http2)
        {
            exchange.Abort(StreamFault.OtherSideGone);
            return;
        }

        context.GrpcStatus = grpc;
        MessageHead trailers = context.Reply;
        trailers.Clear();
        AddGrpcStatus(trailers, grpc, $"weft: {EndReasons.Code(reason)}");
        exchange.WriteEnd(trailers);
    }

    /// <summary>Status and message; the message is percent-encoded (grpc: PROTOCOL-HTTP2.md, "Status-Message").</summary>
    private static void AddGrpcStatus(MessageHead head, int status, string message)
    {
        head.AddField("grpc-status"u8, Encoding.ASCII.GetBytes(status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        head.AddField("grpc-message"u8, Encoding.ASCII.GetBytes(Uri.EscapeDataString(message.Trim())));
    }
}
