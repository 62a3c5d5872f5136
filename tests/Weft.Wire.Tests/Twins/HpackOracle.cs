using Weft.Primitives.Http;
using Weft.Wire.Http2.Hpack;

namespace Weft.Wire.Tests.Twins;

/// <summary>
/// Holds the HPACK decoder against its twin over a connection of several blocks: whether each can be decoded, what is in it, and
/// the size of the table afterwards, whatever the messages were worth.
/// </summary>
internal static class HpackOracle
{
    private static readonly HeadLimits s_limits = new(256, 12, 1024);

    /// <summary>
    /// The input is a sequence of blocks, each after an octet with its length. Throws when they disagree; else says whether any message was accepted.
    /// </summary>
    internal static bool Check(byte[] input)
    {
        HpackDecoder decoder = new(256);
        NaiveHpack twin = new(256);
        MessageHead head = new();
        bool accepted = false;
        CheckHuffman(input);
        for (int at = 0; at < input.Length;)
        {
            int length = Math.Min(input[at], input.Length - at - 1);
            byte[] block = input[(at + 1)..(at + 1 + length)];
            at += 1 + length;
            HpackFault fault = decoder.Decode(block, head, s_limits, isRequest: (at & 1) == 0, isTrailers: (at & 6) == 6);
            List<(string Name, string Value)>? fields = twin.Decode(block);
            if (fault == HpackFault.Excessive)
            {
                // The rest is not decoded, and the connection ends.
                DisagreementException.Unless(fields is null || SizeOf(fields) > 4L * s_limits.FieldBytes, "the fields are far too large");
                return accepted;
            }

            DisagreementException.UnlessEqual(fields is null, fault == HpackFault.Compression, "whether the block can be decoded");
            if (fields is null)
            {
                return accepted;
            }

            DisagreementException.UnlessEqual(twin.TableSize, decoder.TableSize, "size of the table");
            DisagreementException.UnlessEqual(SizeOf(fields), decoder.DecodedSize, "size of the fields");
            if (fault == HpackFault.None)
            {
                accepted = true;
                CheckFields(head, fields);
                CheckEncoded(head, isRequest: (at & 1) == 0, isTrailers: (at & 6) == 6);
            }
        }

        return accepted;
    }

    private static long SizeOf(List<(string Name, string Value)> fields) => fields.Sum(static f => f.Name.Length + f.Value.Length + 32L);

    private static void CheckHuffman(byte[] input)
    {
        byte[] output = new byte[Huffman.DecodedMax(input.Length)];
        string? text = NaiveHpack.Huffman(input);
        bool decoded = Huffman.TryDecode(input, output, out int written);
        DisagreementException.UnlessEqual(text, decoded ? Text.Of(output.AsSpan(0, written)) : null, "the Huffman code");
        DisagreementException.UnlessEqual(decoded, Huffman.IsValid(input), "whether the code is valid");
        DisagreementException.Unless(!decoded || written >= Huffman.DecodedMin(input.Length), "the least length");
    }

    private static void CheckFields(MessageHead head, List<(string Name, string Value)> fields)
    {
        string expected = string.Join('|', fields.Where(f => f.Name[0] != ':' && f.Name != "http2-settings").Select(f => $"{f.Name}: {f.Value}"));
        DisagreementException.UnlessEqual(expected, Text.Fields(head), "the fields");
        foreach ((string name, string value) in fields.Where(f => f.Name[0] == ':'))
        {
            string actual = name switch
            {
                ":method" => Text.Of(head, head.Method),
                ":path" => Text.Of(head, head.Path),
                ":scheme" => Text.Of(head, head.Scheme),
                ":authority" => Text.Of(head, head.Authority),
                ":protocol" => Text.Of(head, head.Protocol),
                ":status" => head.Status.ToString(System.Globalization.CultureInfo.InvariantCulture),
                _ => "unknown",
            };
            DisagreementException.UnlessEqual(value, actual, name);
        }
    }

    /// <summary>What was accepted can be encoded, is accepted again and then encodes to the same octets.</summary>
    private static void CheckEncoded(MessageHead head, bool isRequest, bool isTrailers)
    {
        byte[] first = Encode(head, isRequest, isTrailers);
        MessageHead again = new();
        HpackFault fault = new HpackDecoder().Decode(first, again, HeadLimits.Default, isRequest, isTrailers);
        DisagreementException.UnlessEqual(HpackFault.None, fault, "the encoded head is accepted");
        DisagreementException.UnlessEqual(Convert.ToHexString(first), Convert.ToHexString(Encode(again, isRequest, isTrailers)), "encoding twice");
    }

    private static byte[] Encode(MessageHead head, bool isRequest, bool isTrailers)
    {
        byte[] output = new byte[8192];
        int written;
        bool fits = isTrailers ? HpackEncoder.TryEncodeTrailers(head, output, out written)
            : isRequest ? HpackEncoder.TryEncodeRequest(head, output, out written)
            : HpackEncoder.TryEncodeResponse(head, output, out written);
        DisagreementException.Unless(fits, "the head fits");
        return output[..written];
    }
}
