using Weft.Contracts.Flow;
using Weft.Contracts.Otlp;
using Weft.Contracts.Session;

namespace Weft.Fuzz.Twins;

/// <summary>Messages that the control plane takes from proxies and from anybody who speaks OTLP: refused as malformed, or read, written and read again as the same.</summary>
internal static class MessageOracle
{
    internal static IReadOnlyList<byte[]> SessionCorpus { get; } =
    [
        new ProxyMessage { Traffic = new TrafficReport { Cells = [new TrafficCell { Source = "shop/web", Destination = "shop/cart", Count = 3, LatencyBuckets = [0, 1, 2], Connect = new PartSum { SumUs = 5, Count = 1 } }] } }.ToBytes(),
        new ProxyMessage { Health = new HealthReport { Healthy = true } }.ToBytes(),
        new ProxyMessage { Flows = new FlowBatch() }.ToBytes(),
        new SignRequest().ToBytes(),
    ];

    internal static IReadOnlyList<byte[]> OtlpCorpus { get; } =
    [
        [0x0a, 0x10, 0x0a, 0x02, 0x0a, 0x00, 0x12, 0x0a, 0x0a, 0x00, 0x12, 0x06, 0x0a, 0x02, 0x41, 0x42, 0x2a, 0x00],
        [0x0a, 0x08, 0x12, 0x06, 0x12, 0x04, 0x2a, 0x02, 0x0a, 0x00],
        [],
    ];

    internal static bool CheckSession(byte[] input)
        => ProtobufOracle.RoundTrip<ProxyMessage>(input) | ProtobufOracle.RoundTrip<ServerMessage>(input) | ProtobufOracle.RoundTrip<SignRequest>(input);

    internal static bool CheckOtlp(byte[] input)
        => ProtobufOracle.RoundTrip<OtlpExport<OtlpSpan>>(input) | ProtobufOracle.RoundTrip<OtlpExport<OtlpLog>>(input) | ProtobufOracle.RoundTrip<OtlpExport<OtlpMetric>>(input);
}
