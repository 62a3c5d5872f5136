namespace Weft.Proxy.Telemetry;

/// <summary>What the application spoke, as metrics and traffic reports name it.</summary>
internal enum ExchangeProtocol : byte
{
    Tcp,
    Http1,
    Http2,
    Grpc,
    WebSocket,
}
