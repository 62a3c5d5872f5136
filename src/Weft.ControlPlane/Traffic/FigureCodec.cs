namespace Weft.ControlPlane.Traffic;

/// <summary>
/// The packed form of figures: a set of present parts, then variable-length numbers. What most exchanges have in common (all under mutual TLS, all of
/// class 2, every part measured in each) costs nothing. An ordinary second of an edge is 20 to 30 bytes.
/// </summary>
internal static class FigureCodec
{
    /// <summary>No point is longer: 10 bytes for each number there is.</summary>
    internal const int MaxBytes = 2_048;

    private const int HasFailures = 1;
    private const int HasMutualTls = 2;
    private const int AllMutualTls = 4;
    private const int HasBytes = 8;
    private const int HasLatency = 16;
    private const int HasRetries = 32;
    private const int HasClasses = 64;
    private const int HasParts = 128;
    private const int HasBuckets = 256;
    private const int HasReasons = 512;

    /// <summary>Writes figures; returns how many bytes.</summary>
    internal static int Write(Span<byte> to, Figures from)
    {
        int at = 0;
        int parts = PresentParts(from);
        (int first, int last) = Range(from.Buckets);
        bool onlySecondClass = from.Classes[2] == from.Count && from.Classes[3..].IndexOfAnyExcept(0UL) < 0 && from.Classes[..2].IndexOfAnyExcept(0UL) < 0;
        int flags = (from.Failures > 0 ? HasFailures : 0)
            | (from.MutualTls == 0 ? 0 : from.MutualTls == from.Count ? AllMutualTls : HasMutualTls)
            | (from.Bytes > 0 ? HasBytes : 0)
            | (from.LatencySumUs > 0 ? HasLatency : 0)
            | (from.Retries > 0 ? HasRetries : 0)
            | (onlySecondClass ? 0 : HasClasses)
            | (parts != 0 ? HasParts : 0)
            | (first >= 0 ? HasBuckets : 0)
            | (from.Reasons is { Count: > 0 } ? HasReasons : 0);
        Put(to, ref at, (ulong)flags);
        Put(to, ref at, from.Count);
        PutIf(to, ref at, flags & HasFailures, from.Failures);
        PutIf(to, ref at, flags & HasMutualTls, from.MutualTls);
        PutIf(to, ref at, flags & HasBytes, from.Bytes);
        PutIf(to, ref at, flags & HasLatency, from.LatencySumUs);
        PutIf(to, ref at, flags & HasRetries, from.Retries);
        if ((flags & HasClasses) != 0)
        {
            foreach (ulong count in from.Classes)
            {
                Put(to, ref at, count);
            }
        }

        if (parts != 0)
        {
            PutParts(to, ref at, from, parts);
        }

        if (first >= 0)
        {
            to[at++] = (byte)first;
            to[at++] = (byte)(last - first);
            for (int i = first; i <= last; i++)
            {
                Put(to, ref at, from.Buckets[i]);
            }
        }

        if ((flags & HasReasons) != 0)
        {
            PutReasons(to, ref at, from.Reasons!);
        }

        return at;
    }

    /// <summary>Adds packed figures to others; returns how many bytes they took.</summary>
    internal static int Add(ReadOnlySpan<byte> from, Figures to)
    {
        int at = 0;
        int flags = (int)Get(from, ref at);
        ulong count = Get(from, ref at);
        to.Count += count;
        to.Failures += (flags & HasFailures) != 0 ? Get(from, ref at) : 0;
        to.MutualTls += (flags & AllMutualTls) != 0 ? count : (flags & HasMutualTls) != 0 ? Get(from, ref at) : 0;
        to.Bytes += (flags & HasBytes) != 0 ? Get(from, ref at) : 0;
        to.LatencySumUs += (flags & HasLatency) != 0 ? Get(from, ref at) : 0;
        to.Retries += (flags & HasRetries) != 0 ? Get(from, ref at) : 0;
        if ((flags & HasClasses) != 0)
        {
            for (int i = 0; i < Figures.ClassCount; i++)
            {
                to.Classes[i] += Get(from, ref at);
            }
        }
        else
        {
            to.Classes[2] += count;
        }

        if ((flags & HasParts) != 0)
        {
            AddParts(from, ref at, to, count);
        }

        if ((flags & HasBuckets) != 0)
        {
            int first = from[at++];
            int last = first + from[at++];
            for (int i = first; i <= last; i++)
            {
                to.Buckets[i] += Get(from, ref at);
            }
        }

        if ((flags & HasReasons) != 0)
        {
            for (ulong left = Get(from, ref at); left > 0; left--)
            {
                int reason = (int)Get(from, ref at);
                to.AddReason(reason, Get(from, ref at));
            }
        }

        return at;
    }

    internal static void Put(Span<byte> to, ref int at, ulong value)
    {
        while (value >= 0x80)
        {
            to[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[at++] = (byte)value;
    }

    internal static ulong Get(ReadOnlySpan<byte> from, ref int at)
    {
        byte next = from[at++];
        if (next < 0x80)
        {
            return next;
        }

        ulong value = (ulong)(next & 0x7f);
        for (int shift = 7; ; shift += 7)
        {
            next = from[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private static void PutIf(Span<byte> to, ref int at, int flag, ulong value)
    {
        if (flag != 0)
        {
            Put(to, ref at, value);
        }
    }

    /// <summary>One byte says which parts there are, one in which of them every exchange was measured.</summary>
    private static void PutParts(Span<byte> to, ref int at, Figures from, int present)
    {
        int whole = 0;
        for (int i = 0; i < Figures.PartCount; i++)
        {
            whole |= from.PartCounts[i] == from.Count ? 1 << i : 0;
        }

        to[at++] = (byte)present;
        to[at++] = (byte)whole;
        for (int i = 0; i < Figures.PartCount; i++)
        {
            if ((present & (1 << i)) != 0)
            {
                Put(to, ref at, from.PartSumsUs[i]);
                PutIf(to, ref at, ~whole & (1 << i), from.PartCounts[i]);
            }
        }
    }

    private static void AddParts(ReadOnlySpan<byte> from, ref int at, Figures to, ulong count)
    {
        int present = from[at++];
        int whole = from[at++];
        for (int i = 0; i < Figures.PartCount; i++)
        {
            if ((present & (1 << i)) != 0)
            {
                to.PartSumsUs[i] += Get(from, ref at);
                to.PartCounts[i] += (whole & (1 << i)) != 0 ? count : Get(from, ref at);
            }
        }
    }

    private static void PutReasons(Span<byte> to, ref int at, List<(int Reason, ulong Count)> reasons)
    {
        Put(to, ref at, (ulong)reasons.Count);
        foreach ((int reason, ulong count) in reasons)
        {
            Put(to, ref at, (ulong)reason);
            Put(to, ref at, count);
        }
    }

    private static int PresentParts(Figures from)
    {
        int present = 0;
        for (int i = 0; i < Figures.PartCount; i++)
        {
            present |= from.PartCounts[i] > 0 ? 1 << i : 0;
        }

        return present;
    }

    private static (int First, int Last) Range(ReadOnlySpan<ulong> buckets)
    {
        int first = buckets.IndexOfAnyExcept(0UL);
        return (first, first < 0 ? -1 : buckets.LastIndexOfAnyExcept(0UL));
    }
}
