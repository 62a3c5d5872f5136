using CsCheck;
using Google.Protobuf;
using Weft.Contracts.Flow;
using Weft.Contracts.Tests.Protobuf;

namespace Weft.Contracts.Tests.Flow;

/// <summary>Random flow records, made from the definition.</summary>
internal static class Records
{
    internal static Gen<FlowRecord> Any { get; } = MessageGen.Of(Weft.Flow.V1.FlowRecord.Descriptor).Select(twin =>
    {
        FlowRecord record = FlowRecord.Parse(twin.ToByteArray());

        // What a proxy never writes, and what the JSON form therefore has no place for.
        record.Direction = (Weft.Contracts.Session.Direction)((int)record.Direction & 1);
        record.GrpcStatus = record.Protocol == "grpc" ? Math.Max(-1, record.GrpcStatus) : record.GrpcStatus > 0 ? record.GrpcStatus : -1;
        record.TraceId = record.TraceId[..Math.Min(16, record.TraceId.Length)];
        record.SpanId = record.SpanId[..Math.Min(8, record.SpanId.Length)];
        record.ParentSpanId = record.ParentSpanId[..Math.Min(8, record.ParentSpanId.Length)];
        return record;
    });
}
