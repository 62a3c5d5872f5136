namespace Weft.Proxy.Telemetry;

/// <summary>How much a line of the proxy's own log matters.</summary>
internal enum LogLevel
{
    Info,
    Warn,
    Error,
}
