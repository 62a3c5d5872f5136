using Weft.Contracts.Protobuf;
using Weft.Proxy.Rpc;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>Holds the reader of gRPC frames, fed whole and in pieces, against one that looks at all the bytes at once.</summary>
internal static class GrpcOracle
{
    internal static IReadOnlyList<byte[]> Corpus { get; } =
    [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 3, 8, 1, 2, 0, 0, 0, 0, 1, 9],
        [0, 0, 0, 0, 2, 1, 2, 1, 0, 0, 0, 1, 7],
        [0, 0, 0x40, 0, 0, 1],
        [0, 0, 0x40, 0, 1, 1],
    ];

    internal static bool Check(byte[] input)
    {
        string expected = Naive(input);
        foreach (int piece in (int[])[int.MaxValue, 1, 7])
        {
            DisagreementException.UnlessEqual(expected, Feed(input, piece), $"messages in pieces of {piece}");
        }

        return !expected.EndsWith("broken", StringComparison.Ordinal) && expected.Length > 0;
    }

    private static string Naive(byte[] input)
    {
        string messages = "";
        for (int at = 0; input.Length - at >= 5;)
        {
            long length = ((long)input[at + 1] << 24) | ((long)input[at + 2] << 16) | ((long)input[at + 3] << 8) | input[at + 4];
            if (input[at] != 0 || length > ProtoLimits.MaxMessageBytes)
            {
                return messages + "broken";
            }

            if (length > input.Length - at - 5)
            {
                break;
            }

            messages += Convert.ToHexString(input, at + 5, (int)length) + ";";
            at += 5 + (int)length;
        }

        return messages;
    }

    private static string Feed(byte[] input, int piece)
    {
        GrpcFrames frames = new();
        string messages = "";
        for (long at = 0; at < input.Length; at += piece)
        {
            frames.Append(input.AsSpan((int)at, (int)Math.Min(piece, input.Length - at)));
            while (frames.TryTake() is { } message)
            {
                messages += Convert.ToHexString(message) + ";";
            }
        }

        return frames.IsBroken ? messages + "broken" : messages;
    }
}
