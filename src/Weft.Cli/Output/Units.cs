using System.Globalization;

namespace Weft.Cli.Output;

/// <summary>Figures as cells show them: unit attached, three or so significant digits, "-" for no data and never 0 in its place.</summary>
internal static class Units
{
    public static Cell Milliseconds(double? ms) => ms switch
    {
        null => Cell.None,
        < 10 => Text($"{ms:0.0}ms"),
        < 10_000 => Text($"{ms:0}ms"),
        _ => Text($"{ms / 1000:0.0}s"),
    };

    /// <summary>Events per second: <c>0.5/s</c>, <c>120/s</c>, <c>4.1k/s</c>.</summary>
    public static Cell Rate(double perSecond) => perSecond switch
    {
        < 10 => Text($"{perSecond:0.0}/s"),
        < 1_000 => Text($"{perSecond:0}/s"),
        < 1_000_000 => Text($"{perSecond / 1_000:0.0}k/s"),
        _ => Text($"{perSecond / 1_000_000:0.0}M/s"),
    };

    /// <summary>A share 0..1 in percent, rounded down so that 100.00% means all of them.</summary>
    public static string Percent(double share) => Text($"{Math.Floor(share * 10_000) / 100:0.00}%");

    public static Cell Success(double? share) => share is { } value
        ? new Cell(Percent(value), value >= 0.999 ? Tone.Good : value >= 0.95 ? Tone.Warning : Tone.Bad)
        : Cell.None;

    public static string Bytes(double bytes) => bytes switch
    {
        < 1_000 => Text($"{bytes:0}B"),
        < 1_000_000 => Text($"{bytes / 1_000:0.0}kB"),
        < 1_000_000_000 => Text($"{bytes / 1_000_000:0.0}MB"),
        _ => Text($"{bytes / 1_000_000_000:0.0}GB"),
    };

    /// <summary>A length of time in at most two units: <c>84ms</c>, <c>4.2s</c>, <c>3m20s</c>, <c>23h12m</c>, <c>9d4h</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        var t = time.Duration();
        var text = t switch
        {
            { Ticks: 0 } => "0s",
            { TotalSeconds: < 1 } => Text($"{t.TotalMilliseconds:0}ms"),
            { TotalSeconds: < 10 } when t.Milliseconds != 0 => Text($"{t.TotalSeconds:0.0}s"),
            { TotalMinutes: < 1 } => Text($"{t.TotalSeconds:0}s"),
            { TotalHours: < 1 } => t.Seconds == 0 ? Text($"{t.Minutes}m") : Text($"{t.Minutes}m{t.Seconds}s"),
            { TotalDays: < 2 } => t.Minutes == 0 ? Text($"{(int)t.TotalHours}h") : Text($"{(int)t.TotalHours}h{t.Minutes}m"),
            _ => t.Hours == 0 ? Text($"{t.Days}d") : Text($"{t.Days}d{t.Hours}h"),
        };
        return time < TimeSpan.Zero ? "-" + text : text;
    }

    public static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    public static string Timestamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Plural(long count, string noun) => Text($"{count} {noun}{(count == 1 ? "" : "s")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
