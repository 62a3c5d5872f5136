using Weft.Contracts.Session;
using Weft.Proxy.Detection;
using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <summary>The spelling of enum values in metrics and traffic reports.</summary>
internal static class SeriesNames
{
    public static string Of(Direction direction) => direction == Direction.Inbound ? MetricLabels.Inbound : MetricLabels.Outbound;

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

    /// <summary>The protocol of that spelling; opaque TCP for one that this version does not know.</summary>
    public static ExchangeProtocol Protocol(string name) => name switch
    {
        "http1" => ExchangeProtocol.Http1,
        "http2" => ExchangeProtocol.Http2,
        "grpc" => ExchangeProtocol.Grpc,
        "websocket" => ExchangeProtocol.WebSocket,
        _ => ExchangeProtocol.Tcp,
    };

    /// <summary>The reason of that code; an internal error for one that this version does not know.</summary>
    public static EndReason Reason(string code)
    {
        foreach (EndReason reason in Enum.GetValues<EndReason>())
        {
            if (string.Equals(EndReasons.Code(reason), code, StringComparison.Ordinal))
            {
                return reason;
            }
        }

        return EndReason.InternalError;
    }
}
