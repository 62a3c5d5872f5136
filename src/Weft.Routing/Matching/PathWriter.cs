using System.Buffers;

namespace Weft.Routing.Matching;

/// <summary>Writes a path segment by segment in canonical form.</summary>
internal ref struct PathWriter
{
    private static readonly SearchValues<byte> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);
    private static readonly SearchValues<byte> Delimiters = SearchValues.Create("!$&'()*+,;=:@"u8);

    private readonly Span<byte> _output;
    private Utf8Checker _utf8;

    public PathWriter(Span<byte> output)
    {
        _output = output;
        _output[0] = (byte)'/';
        Length = 1;
    }

    public int Length { get; private set; }

    /// <summary>Adds what stands between two slashes; what is written always ends in a slash unless the last segment is a name.</summary>
    public PathFault AddSegment(ReadOnlySpan<byte> segment, bool isLast)
    {
        int start = Length;
        PathFault fault = WriteSegment(segment);
        if (fault != PathFault.None)
        {
            return fault;
        }

        ReadOnlySpan<byte> written = _output[start..Length];
        if (written.IsEmpty)
        {
            return PathFault.None;
        }

        // Some servers drop ";parameters" before they resolve dots: "/..;x/" must not mean something else to them than to us.
        int semicolon = written.IndexOf((byte)';');
        ReadOnlySpan<byte> name = semicolon < 0 ? written : written[..semicolon];
        if (name.SequenceEqual("."u8))
        {
            Length = start;
        }
        else if (name.SequenceEqual(".."u8))
        {
            Length = start == 1 ? 1 : _output[..(start - 1)].LastIndexOf((byte)'/') + 1;
        }
        else if (!isLast)
        {
            _output[Length++] = (byte)'/';
        }

        return PathFault.None;
    }

    private PathFault WriteSegment(ReadOnlySpan<byte> segment)
    {
        for (int i = 0; i < segment.Length; i++)
        {
            byte value = segment[i];
            bool escaped = value == '%';
            if (escaped)
            {
                if (segment.Length - i < 3 || !HexDigits.TryRead(segment[i + 1], segment[i + 2], out value))
                {
                    return PathFault.BadEscape;
                }

                i += 2;
            }

            PathFault fault = escaped ? CheckEscaped(value) : CheckRaw(value);
            if (fault != PathFault.None)
            {
                return fault;
            }

            if (!_utf8.Add(value))
            {
                return PathFault.BadUtf8;
            }

            Write(value, escaped);
        }

        return _utf8.IsBetweenCharacters ? PathFault.None : PathFault.BadUtf8;
    }

    private static PathFault CheckRaw(byte value) => value switch
    {
        (byte)'\\' => PathFault.Backslash,
        <= 0x20 or 0x7f or (byte)'#' => PathFault.IllegalByte,
        _ => PathFault.None,
    };

    private static PathFault CheckEscaped(byte value) => value switch
    {
        0 => PathFault.EncodedNul,
        (byte)'/' => PathFault.EncodedSlash,
        (byte)'\\' => PathFault.Backslash,
        _ => PathFault.None,
    };

    // A delimiter and its escape are different characters (RFC 3986, 2.2) and stay what they were.
    private void Write(byte value, bool escaped)
    {
        if (Unreserved.Contains(value) || (!escaped && Delimiters.Contains(value)))
        {
            _output[Length++] = value;
            return;
        }

        _output[Length++] = (byte)'%';
        _output[Length++] = HexDigits.Upper(value >> 4);
        _output[Length++] = HexDigits.Upper(value & 15);
    }
}
