using Weft.Contracts.Session;
using Weft.Proxy.Detection;
using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <summary>The spelling of enum values in metrics and traffic reports.</summary>
internal static class SeriesNames
{
    public static string Of(Direction direction) => direction == Direction.Inbound ? "inbound" : "outbound";

    public static string Of(EndReason reason) => EndReasons.Code(reason);

    public static string Of(Detected found) => found switch
    {
        Detected.Http1 => "http1",
        Detected.Http2 => "http2",
        Detected.Tls => "tls",
        Detected.ServerFirst => "server_first",
        _ => "tcp",
    };

    public static string Of(ExchangeProtocol protocol) => protocol switch
    {
        ExchangeProtocol.Http1 => "http1",
        ExchangeProtocol.Http2 => "http2",
        ExchangeProtocol.Grpc => "grpc",
        ExchangeProtocol.WebSocket => "websocket",
        _ => "tcp",
    };
}
