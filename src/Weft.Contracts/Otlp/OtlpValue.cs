using System.Globalization;
using Weft.Contracts.Protobuf;

namespace Weft.Contracts.Otlp;

/// <summary>AnyValue of common.proto, as the text that a person would write for it. Written again it is a text.</summary>
public sealed class OtlpValue : IProtoMessage<OtlpValue>
{
    public string Text { get; set; } = "";

    public static OtlpValue Parse(ReadOnlySpan<byte> bytes)
    {
        OtlpValue message = new();
        ProtoReader reader = new(bytes);
        message.Merge(ref reader);
        return message;
    }

    public void Merge(ref ProtoReader reader)
    {
        while (reader.TryReadTag(out uint tag))
        {
            switch (tag)
            {
                case (1 << 3) | WireType.Bytes:
                    Text = reader.ReadString();
                    break;
                case (2 << 3) | WireType.Varint:
                    Text = reader.ReadBool() ? "true" : "false";
                    break;
                case (3 << 3) | WireType.Varint:
                    Text = reader.ReadInt64().ToString(CultureInfo.InvariantCulture);
                    break;
                case (4 << 3) | WireType.Fixed64:
                    Text = BitConverter.UInt64BitsToDouble(reader.ReadFixed64()).ToString(CultureInfo.InvariantCulture);
                    break;
                case (5 << 3) | WireType.Bytes:
                    Text = "[" + string.Join(',', reader.ReadMessage(new OtlpValueList()).Texts) + "]";
                    break;
                case (6 << 3) | WireType.Bytes:
                    Text = "{" + string.Join(',', reader.ReadMessage(new OtlpAttributes()).Items.Select(static item => $"{item.Key}:{item.Value?.Text}")) + "}";
                    break;
                case (7 << 3) | WireType.Bytes:
                    Text = Convert.ToHexStringLower(reader.ReadSpan());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    public void Write(ProtoWriter writer) => writer.WriteString(1, Text);

    public byte[] ToBytes()
    {
        ProtoWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }
}
