namespace Weft.Proxy.Relay;

/// <summary>How one direction of a relay ended.</summary>
internal enum PumpEnd
{
    Complete,
    SourceFailed,
    SinkFailed,

    /// <summary>The answer was complete before the request was.</summary>
    Stopped,
}
