namespace Weft.ControlPlane.Traffic;

/// <summary>Reads the points of one series out of their packed form.</summary>
internal static class PointReader
{
    /// <summary>Gives the points of steps that begin in a span of time to a sink.</summary>
    /// <param name="bytes">All points of the series in one block.</param>
    /// <param name="series">Its number.</param>
    /// <param name="start">When the block begins.</param>
    /// <param name="stepSeconds">Length of its steps.</param>
    /// <param name="span">The span, its end excluded.</param>
    /// <param name="sink">Who takes them.</param>
    internal static void Read(ReadOnlySpan<byte> bytes, int series, long start, int stepSeconds, (long From, long To) span, PointSink sink)
    {
        int at = 0;
        long second = start;
        while (at < bytes.Length)
        {
            second += (long)FigureCodec.Get(bytes, ref at) * stepSeconds;
            int length = (int)FigureCodec.Get(bytes, ref at);
            if (second >= span.To)
            {
                return;
            }

            if (second >= span.From && sink.Begin(series, second) is { } figures)
            {
                FigureCodec.Add(bytes.Slice(at, length), figures);
                sink.End(series, second, figures);
            }

            at += length;
        }
    }
}
