using System.Diagnostics.CodeAnalysis;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Telemetry;
using Weft.Routing;

namespace Weft.Proxy.Flows;

/// <summary>
/// One flow record as a loop writes it: numbers, texts of the snapshot by reference, and bytes of the request in place. It has a fixed size, so that
/// a ring of them is written without allocation and copied by assignment.
/// </summary>
internal struct FlowData
{
    public EdgeKey Edge;
    public FlowParts Parts;
    public UInt128 TraceId;
    public ulong SpanId;
    public ulong ParentSpanId;
    public long StartUnixUs;
    public long BytesSent;
    public long BytesReceived;
    public long MessagesSent;
    public long MessagesReceived;
    public ulong Commit;
    public NetAddress Client;
    public NetAddress Server;
    public NetAddress OriginalDestination;
    public string? SourceWorkload;
    public string? DestinationWorkload;
    public string? SourceZone;
    public string? SourceVersion;
    public string? Policy;
    public string? Detail;
    public TlsFacts Tls;
    public TlsFacts UpstreamTls;
    public int GrpcStatus;
    public ushort Status;
    public EndReason Reason;
    public FlowMark Mark;
    public ushort AttemptsMade;
    public byte AttemptCount;
    public byte ConsideredCount;
    public AttemptEntries Attempts;
    public ConsideredEntries Considered;

    private FlowTexts _texts;
    private byte _idLength;
    private byte _methodLength;
    private byte _hostLength;
    private byte _pathLength;
    private byte _headersLength;

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Id => Bytes[.._idLength];

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Method => Bytes.Slice(_idLength, _methodLength);

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Host => Bytes.Slice(_idLength + _methodLength, _hostLength);

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Path => Bytes.Slice(_idLength + _methodLength + _hostLength, _pathLength);

    /// <summary>Header fields that taps asked for: for each the number of its name in the settings, the length, and the value.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Headers => Bytes.Slice(_idLength + _methodLength + _hostLength + _pathLength, _headersLength);

    /// <summary>Room for the bytes of the request; follow with <see cref="SetTexts"/>.</summary>
    [UnscopedRef]
    public Span<byte> Room => _texts;

    [UnscopedRef]
    private readonly ReadOnlySpan<byte> Bytes => _texts;

    /// <summary>Says how long the texts are that were written into <see cref="Room"/>, one after another.</summary>
    public void SetTexts(int id, int method, int host, int path, int headers)
    {
        _idLength = (byte)id;
        _methodLength = (byte)method;
        _hostLength = (byte)host;
        _pathLength = (byte)path;
        _headersLength = (byte)headers;
    }
}
