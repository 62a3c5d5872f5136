using System.Text;
using Weft.Primitives.Http;

namespace Weft.Wire.Http1;

/// <summary>
/// Takes the chunked transfer coding off a body (RFC 9112, 7.1), in whatever pieces the bytes arrive. A new value reads a new body.
/// Extensions are bounded and dropped; sizes are plain hexadecimal up to 2^53; only CRLF ends a line.
/// </summary>
public struct ChunkedReader
{
    /// <summary>Bytes of extensions on one chunk line.</summary>
    public const int ExtensionMax = 256;

    /// <summary>Digits of a chunk size: 2^53 needs 14, more could only be zeros.</summary>
    private const int DigitsMax = 16;

    private State _state;
    private int _length;
    private long _remaining;

    private enum State : byte
    {
        Size,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        Trailers,
        Done,
        Rejected,
    }

    /// <summary>Why <see cref="Read(ReadOnlySpan{byte}, out int, out int, out int)"/> said <see cref="ReadStatus.Rejected"/>.</summary>
    public HeadFault Fault { get; private set; }

    /// <summary>As <see cref="Read(ReadOnlySpan{byte}, MessageHead?, out int, out int, out int)"/>, with trailers checked and dropped.</summary>
    public ReadStatus Read(ReadOnlySpan<byte> input, out int consumed, out int dataOffset, out int dataLength)
        => Read(input, null, out consumed, out dataOffset, out dataLength);

    /// <summary>
    /// Reads on. <paramref name="consumed"/> bytes of <paramref name="input"/> are finished with after the caller has taken the run of
    /// body data at <paramref name="dataOffset"/>, when <paramref name="dataLength"/> is above 0.
    /// <see cref="ReadStatus.NeedMore"/>: call again with the bytes after <paramref name="consumed"/>; if that is 0, only with more of them.
    /// <see cref="ReadStatus.Done"/>: the body ended; the trailers are the fields of <paramref name="trailers"/>, which is cleared first.
    /// The trailer section (at most 8 KiB) is consumed in one piece, so the caller's buffer must be able to hold it.
    /// </summary>
    public ReadStatus Read(ReadOnlySpan<byte> input, MessageHead? trailers, out int consumed, out int dataOffset, out int dataLength)
    {
        dataOffset = dataLength = 0;
        int at = 0;
        ReadDataEnd(input, ref at);
        while (at < input.Length && _state < State.Data)
        {
            Step(input[at++]);
        }

        switch (_state)
        {
            case State.Data when at < input.Length:
                dataOffset = at;
                dataLength = (int)Math.Min(_remaining, input.Length - at);
                at += dataLength;
                _remaining -= dataLength;
                _state = _remaining == 0 ? State.DataCr : State.Data;
                break;
            case State.Trailers:
                ReadTrailers(input[at..], trailers, ref at);
                break;
            default:
                break;
        }

        consumed = _state == State.Rejected ? 0 : at;
        return _state switch { State.Done => ReadStatus.Done, State.Rejected => ReadStatus.Rejected, _ => ReadStatus.NeedMore };
    }

    private void Step(byte value)
    {
        switch (_state)
        {
            case State.Size when HexDigit(value) is int digit and >= 0:
                _remaining = (_remaining << 4) | (uint)digit;
                if (++_length > DigitsMax || _remaining > HeadRules.LengthMax)
                {
                    Reject(HeadFault.BadChunkSize);
                }

                break;
            case State.Size when _length == 0:
                Reject(HeadFault.BadChunkSize);
                break;
            case State.Size when value == ';':
                _state = State.Extension;
                _length = 0;
                break;
            case State.Size or State.Extension when value == '\r':
                _state = State.SizeLf;
                break;
            case State.Size:
                Reject(value == '\n' ? HeadFault.BareLf : HeadFault.BadChunkSize);
                break;
            case State.Extension when ++_length > ExtensionMax || HeadRules.NotValue.Contains(value):
                Reject(value == '\n' ? HeadFault.BareLf : HeadFault.BadChunkExtension);
                break;
            case State.SizeLf when value == '\n':
                _state = _remaining == 0 ? State.Trailers : State.Data;
                _length = 0;
                break;
            case State.SizeLf:
                Reject(HeadFault.BadChunkSize);
                break;
            default:
                break;
        }
    }

    private void ReadDataEnd(ReadOnlySpan<byte> input, ref int at)
    {
        while (at < input.Length && _state is State.DataCr or State.DataLf)
        {
            byte value = input[at++];
            if (value != (_state == State.DataCr ? '\r' : '\n'))
            {
                Reject(value == '\n' ? HeadFault.BareLf : HeadFault.BadChunkEnd);
                return;
            }

            _state = _state == State.DataCr ? State.DataLf : State.Size;
        }
    }

    private void ReadTrailers(ReadOnlySpan<byte> input, MessageHead? trailers, ref int at)
    {
        HeadLimits limits = HeadLimits.Trailers;
        if (input.StartsWith("\r\n"u8))
        {
            trailers?.Clear();
            at += 2;
            _state = State.Done;
            return;
        }

        int most = limits.FieldBytes + 2;
        int end = (input.Length > most ? input[..most] : input).IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            CheckIncomplete(input, most);
            return;
        }

        ReadOnlySpan<byte> section = input[..(end + 4)];
        trailers?.Clear();
        trailers?.Append(section);
        HeadFault fault = ReadFields(section, trailers, limits);
        if (fault != HeadFault.None)
        {
            Reject(fault);
            return;
        }

        at += section.Length;
        _state = State.Done;
    }

    private void CheckIncomplete(ReadOnlySpan<byte> input, int most)
    {
        int lf = input.IndexOf((byte)'\n');
        if (lf == 0 || (lf > 0 && input[lf - 1] != '\r'))
        {
            Reject(HeadFault.BareLf);
        }
        else if (input.Length >= most)
        {
            Reject(HeadFault.FieldsTooLarge);
        }
    }

    /// <summary>The section's bytes are at the start of the head's block, so that offsets are the same in both.</summary>
    private static HeadFault ReadFields(ReadOnlySpan<byte> section, MessageHead? trailers, in HeadLimits limits)
    {
        FieldLines lines = new(section, 0);
        for (int count = 1; lines.Next(); count++)
        {
            if (count > limits.Fields)
            {
                return HeadFault.TooManyFields;
            }

            KnownField known = KnownFields.Lookup(section.Slice(lines.Name.Offset, lines.Name.Length));
            if (known is KnownField.ContentLength or KnownField.TransferEncoding or KnownField.Host)
            {
                return HeadFault.ForbiddenTrailer;
            }

            if (trailers is not null)
            {
                trailers.AddField(lines.Name, lines.Value, known).Removed = (FieldWriter.InTrailers >> (int)known & 1) != 0;
            }
        }

        return lines.Fault;
    }

    private void Reject(HeadFault fault)
    {
        Fault = fault;
        _state = State.Rejected;
    }

    private static int HexDigit(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
        _ => -1,
    };
}
