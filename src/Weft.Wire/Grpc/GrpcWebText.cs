using System.Buffers;
using System.Buffers.Text;

namespace Weft.Wire.Grpc;

/// <summary>
/// The text form of gRPC-Web: base64 in which padding may stand wherever the sender flushed, after which it begins anew (grpc:
/// PROTOCOL-WEB.md). The reader takes any split of the input; what is not base64 in its one canonical form is refused.
/// </summary>
public struct GrpcWebText
{
    private uint _bits;
    private int _digits;
    private int _padding;

    /// <summary>Whether the input may end here.</summary>
    public readonly bool IsComplete => _digits == 0 && _padding == 0;

    /// <summary>Bytes of text that <paramref name="count"/> bytes of data become.</summary>
    public static int EncodedSize(int count) => (count + 2) / 3 * 4;

    /// <summary>Writes data as a piece of text of its own, padded.</summary>
    public static void Encode(ReadOnlySpan<byte> data, Span<byte> text)
    {
        OperationStatus status = Base64.EncodeToUtf8(data, text, out _, out _);
        System.Diagnostics.Debug.Assert(status == OperationStatus.Done, "the caller made room");
    }

    /// <summary>Decodes all of <paramref name="text"/> into <paramref name="data"/>, which has room for three bytes for every four begun.</summary>
    /// <returns>False when the text is refused.</returns>
    public bool TryDecode(ReadOnlySpan<byte> text, Span<byte> data, out int written)
    {
        written = 0;
        foreach (byte character in text)
        {
            if (!Take(character))
            {
                return false;
            }

            if (_digits + _padding == 4)
            {
                int count = 3 - _padding;
                for (int i = 0; i < count; i++)
                {
                    data[written++] = (byte)(_bits >> (16 - (8 * i)));
                }

                this = default;
            }
        }

        return true;
    }

    private bool Take(byte character)
    {
        if (character == '=')
        {
            // One or two, at the end of four; the bits that carry nothing must be zero.
            _padding++;
            return _digits is 2 or 3 && _digits + _padding <= 4 && (_bits & (_digits == 2 ? 0xFFFFu : 0xFFu)) == 0;
        }

        int digit = character switch
        {
            >= (byte)'A' and <= (byte)'Z' => character - 'A',
            >= (byte)'a' and <= (byte)'z' => character - 'a' + 26,
            >= (byte)'0' and <= (byte)'9' => character - '0' + 52,
            (byte)'+' => 62,
            (byte)'/' => 63,
            _ => -1,
        };
        if (digit < 0 || _padding > 0)
        {
            return false;
        }

        _bits |= (uint)digit << (18 - (6 * _digits));
        _digits++;
        return true;
    }
}
