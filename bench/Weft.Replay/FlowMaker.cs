using Weft.Contracts.Flow;
using Weft.Contracts.Session;

namespace Weft.Replay;

/// <summary>Makes flow records as long as real ones are.</summary>
internal static class FlowMaker
{
    internal static FlowRecord Make(
        Direction direction, string source, string destination, string requestId, byte[] trace, byte[] span, byte[] parent, uint totalUs, uint applicationUs, uint status, string sampled)
        => new()
        {
            RequestId = requestId,
            TraceId = trace,
            SpanId = span,
            ParentSpanId = parent,
            StartUnixUs = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond - totalUs,
            Direction = direction,
            Protocol = "http1",
            Source = new Party { Service = source, Workload = source + "-1", Address = "10.0.0.1:40000", Version = "v1", Zone = "zone-1" },
            Destination = new Party { Service = destination, Workload = destination + "-1", Address = "10.0.0.2:8080", Version = "v1", Zone = "zone-1" },
            Method = "GET",
            Host = destination[(destination.IndexOf('/', StringComparison.Ordinal) + 1)..],
            Path = "/v1/things-0/4711",
            Template = "/v1/things-0/{id}",
            Status = status,
            GrpcStatus = -1,
            BytesSent = 420,
            BytesReceived = 3_100,
            Reason = "OK",
            Sampled = sampled,
            Tls = new Tls { Version = "1.3", Cipher = "TLS_AES_128_GCM_SHA256", Mutual = true },
            Timing = new Timing { TotalUs = totalUs, ApplicationUs = applicationUs, ClientRttUs = 60, ServerRttUs = 90, TransferUs = totalUs / 10 },
            Attempts = { new Attempt { Endpoint = "10.0.0.2:8080", Reason = "OK", Status = status } },
        };
}
