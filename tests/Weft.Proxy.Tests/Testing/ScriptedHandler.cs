using System.Text;
using Weft.Primitives.Http;
using Weft.Proxy.Protocols;
using Weft.Routing;

namespace Weft.Proxy.Tests.Testing;

/// <summary>A server of HTTP/2 whose answers a test writes as code.</summary>
internal sealed class ScriptedHandler(Func<HttpStream, Task> serve) : IExchangeHandler
{
    public async ValueTask ServeAsync(HttpStream exchange) => await serve(exchange);

    public void OnRefused(EndReason reason) => throw new InvalidOperationException($"a client of this test was refused: {reason}");

    /// <summary>Everything up to the end of the body, or the first <paramref name="atLeast"/> bytes and what came with them.</summary>
    public static async Task<string> ReadAsync(HttpStream exchange, int atLeast = int.MaxValue)
    {
        StringBuilder text = new();
        while (text.Length < atLeast)
        {
            BodyState state = exchange.TryReadBody(out ReadOnlySpan<byte> data);
            if (state == BodyState.Wait)
            {
                await exchange.Received;
                continue;
            }

            if (state != BodyState.Data)
            {
                break;
            }

            text.Append(Encoding.Latin1.GetString(data));
            exchange.ConsumeBody(data.Length);
        }

        return text.ToString();
    }

    /// <summary>A whole answer.</summary>
    public static void Answer(HttpStream exchange, int status, string body, params (string Name, string Value)[] fields)
    {
        WriteHead(exchange, status, fields);
        exchange.TryWriteBody(Encoding.Latin1.GetBytes(body));
        exchange.WriteEnd(null);
    }

    /// <summary>Trailers of gRPC.</summary>
    public static MessageHead Trailers(string status)
    {
        MessageHead trailers = new();
        trailers.AddField("grpc-status"u8, Encoding.ASCII.GetBytes(status));
        return trailers;
    }

    public static string Field(MessageHead head, string name)
        => head.TryGetField(Encoding.ASCII.GetBytes(name), out ReadOnlySpan<byte> value) ? Encoding.Latin1.GetString(value) : "";

    public static void WriteHead(HttpStream exchange, int status, params (string Name, string Value)[] fields)
    {
        MessageHead head = new() { Status = status, Framing = BodyFraming.Http2Stream };
        foreach ((string name, string value) in fields)
        {
            head.AddField(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
        }

        exchange.WriteHead(head);
    }
}
