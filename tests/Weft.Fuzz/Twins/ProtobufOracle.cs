using System.Text;
using Weft.Contracts.Discovery;
using Weft.Contracts.Mesh;
using Weft.Contracts.Protobuf;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>
/// Holds the protobuf codec against a scanner of the wire format, and against itself: what was read and written again must be read as the same
/// and written as the same bytes. Whatever the bytes, nothing but a <see cref="ProtoException"/> may come out.
/// </summary>
internal static class ProtobufOracle
{
    internal static IReadOnlyList<byte[]> Corpus { get; } =
    [
        new Service { Name = "shop/cart" }.ToBytes(),
        new DeltaDiscoveryRequest { TypeUrl = "type.example/weft.mesh.v1.Service" }.ToBytes(),
        [8, 1, 0x12, 3, 97, 98, 99, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x25, 1, 2, 3, 4],
        [0x0b, 8, 1, 0x0c, 0x12, 0],
        [0x0a, 4, 0x0a, 2, 8, 1, 0x80, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
    ];

    internal static bool Check(byte[] input)
    {
        bool sound = Naive(input);
        DisagreementException.UnlessEqual(sound, Skips(input), "whether the fields can be skipped");
        RoundTrip<Service>(input);
        RoundTrip<DeltaDiscoveryRequest>(input);
        RoundTrip<DeltaDiscoveryResponse>(input);
        RoundTrip<RouteSet>(input);
        RoundTrip<PolicySet>(input);
        RoundTrip<Telemetry>(input);
        return sound;
    }

    private static bool Skips(byte[] input)
    {
        try
        {
            ProtoReader reader = new(input);
            while (reader.TryReadTag(out uint tag))
            {
                reader.Skip(tag);
            }

            return true;
        }
        catch (ProtoException)
        {
            return false;
        }
    }

    internal static bool RoundTrip<T>(byte[] input)
        where T : class, IProtoMessage<T>
    {
        T message;
        try
        {
            message = T.Parse(input);
        }
        catch (ProtoException)
        {
            return false;
        }

        byte[] once = message.ToBytes();
        byte[] twice = T.Parse(once).ToBytes();
        DisagreementException.Unless(once.AsSpan().SequenceEqual(twice), $"{typeof(T).Name} written twice is the same: {Encoding.Latin1.GetString(once)}");
        return true;
    }

    /// <summary>Whether the bytes are a run of whole fields with balanced groups.</summary>
    private static bool Naive(byte[] input)
    {
        Stack<ulong> groups = new();
        int at = 0;
        while (at < input.Length)
        {
            if (!Varint(input, ref at, out ulong tag) || tag > uint.MaxValue || tag >> 3 == 0)
            {
                return false;
            }

            switch (tag & 7)
            {
                case 0 when Varint(input, ref at, out _):
                    break;
                case 1 when input.Length - at >= 8:
                    at += 8;
                    break;
                case 2 when Varint(input, ref at, out ulong length) && length <= (ulong)(input.Length - at):
                    at += (int)length;
                    break;
                case 3 when groups.Count < ProtoLimits.MaxDepth:
                    groups.Push(tag >> 3);
                    break;
                case 4 when groups.Count > 0 && groups.Pop() == tag >> 3:
                    break;
                case 5 when input.Length - at >= 4:
                    at += 4;
                    break;
                default:
                    return false;
            }
        }

        return groups.Count == 0;
    }

    /// <summary>At most ten bytes, and no more than 64 bits.</summary>
    private static bool Varint(byte[] input, ref int at, out ulong value)
    {
        UInt128 sum = 0;
        for (int i = 0; i < 10 && at < input.Length; i++)
        {
            byte next = input[at++];
            sum |= (UInt128)(next & 0x7f) << (7 * i);
            if (next < 0x80)
            {
                value = (ulong)sum;
                return sum <= ulong.MaxValue;
            }
        }

        value = 0;
        return false;
    }
}
