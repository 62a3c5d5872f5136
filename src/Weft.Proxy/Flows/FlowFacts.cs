using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Telemetry;
using Weft.Routing;

namespace Weft.Proxy.Flows;

/// <summary>The part of a flow record that every exchange fills: numbers, and texts of the snapshot by reference. It is copied whole.</summary>
internal struct FlowFacts
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

    /// <summary>Bytes of the texts that lie behind one another in <see cref="FlowTexts"/>.</summary>
    public byte IdLength;
    public byte MethodLength;
    public byte HostLength;
    public byte PathLength;
    public byte HeadersLength;
}
