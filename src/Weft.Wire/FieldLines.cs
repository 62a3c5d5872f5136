using Weft.Primitives.Http;

namespace Weft.Wire;

/// <summary>One field line of HTTP/1 in a block that is known to end with an empty line.</summary>
internal ref struct FieldLines(ReadOnlySpan<byte> block, int offset)
{
    private readonly ReadOnlySpan<byte> _block = block;

    /// <summary>Where the next line starts; after the last line, where the section ends.</summary>
    internal int Offset { get; private set; } = offset;

    internal Slice Name { get; private set; }

    internal Slice Value { get; private set; }

    internal HeadFault Fault { get; private set; }

    /// <summary>True when a field was read; false at the empty line, and on a fault.</summary>
    internal bool Next()
    {
        int at = Offset;
        ReadOnlySpan<byte> line = _block[at..];
        int colon = line.IndexOfAnyExcept(HeadRules.Token);
        if (colon <= 0 || line[colon] != ':')
        {
            return End(line, colon);
        }

        int from = colon + 1;
        while (HeadRules.IsBlank(line[from]))
        {
            from++;
        }

        // One search checks the value's bytes and finds its end.
        int to = from + line[from..].IndexOfAny(HeadRules.NotValue);
        if (line[to] != '\r' || line[to + 1] != '\n')
        {
            Fault = line[to] == '\n' ? HeadFault.BareLf : HeadFault.BadValue;
            return false;
        }

        Offset = at + to + 2;
        while (to > from && HeadRules.IsBlank(line[to - 1]))
        {
            to--;
        }

        Name = new Slice(at, colon);
        Value = new Slice(at + from, to - from);
        return true;
    }

    private bool End(ReadOnlySpan<byte> line, int stop)
    {
        byte found = line[stop];
        if (stop == 0 && found == '\r' && line.Length == 2)
        {
            Offset += 2;
            return false;
        }

        Fault = found switch
        {
            (byte)'\n' => HeadFault.BareLf,
            (byte)' ' or (byte)'\t' when stop == 0 => HeadFault.ObsoleteFold,
            _ => HeadFault.BadName,
        };
        return false;
    }
}
