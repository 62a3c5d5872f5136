namespace Weft.Wire.Http2;

/// <summary>What the peer has told of itself in SETTINGS frames; starts with the defaults of RFC 9113, 6.5.2.</summary>
public struct PeerSettings()
{
    public uint HeaderTableSize { get; set; } = 4096;

    public bool EnablePush { get; set; } = true;

    /// <summary>Streams that may be open at once; unlimited until told.</summary>
    public uint MaxConcurrentStreams { get; set; } = uint.MaxValue;

    /// <summary>Bytes of a new stream's window, up to 2^31-1.</summary>
    public int InitialWindowSize { get; set; } = ushort.MaxValue;

    /// <summary>Bytes of payload, 2^14 to 2^24-1.</summary>
    public int MaxFrameSize { get; set; } = FrameHeader.PayloadMin;

    /// <summary>Bytes, counted name + value + 32; advisory.</summary>
    public uint MaxHeaderListSize { get; set; } = uint.MaxValue;

    /// <summary>The peer takes extended CONNECT (RFC 8441).</summary>
    public bool EnableConnectProtocol { get; set; }
}
