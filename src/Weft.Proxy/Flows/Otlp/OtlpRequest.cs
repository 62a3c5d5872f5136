using Weft.Contracts.Protobuf;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>A request that is encoded already.</summary>
internal sealed class OtlpRequest(byte[] bytes) : IProtoMessage<OtlpRequest>
{
    public static OtlpRequest Parse(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    public void Merge(ref ProtoReader reader)
    {
        while (reader.TryReadTag(out uint tag))
        {
            reader.Skip(tag);
        }
    }

    public void Write(ProtoWriter writer) => writer.WriteRaw(bytes);

    public byte[] ToBytes() => bytes;
}
