using Weft.Contracts.Flow;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>Which traffic a question is about.</summary>
public sealed record TrafficQuery
{
    /// <summary>First second, Unix time.</summary>
    public required long From { get; init; }

    /// <summary>The second after the last.</summary>
    public required long To { get; init; }

    /// <summary>What rates are per: the length of the window as it was asked for.</summary>
    public required double Seconds { get; init; }

    /// <summary>Whether the window ends now, so that what is open now belongs to the answer.</summary>
    public bool IsLive { get; init; }

    /// <summary>Only what touches this namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Over aggregates.</summary>
    public Filter Filter { get; init; } = Filter.All;

    /// <summary>Whose view; null for the one that suits the question.</summary>
    public Side? Side { get; init; }

    /// <summary>What is known of an edge by its name. Its protocol is not: it is that of the largest of its series.</summary>
    private const ulong Names = (1UL << (int)AggregateKey.Source) | (1UL << (int)AggregateKey.Destination) | (1UL << (int)AggregateKey.Namespace);

    private static readonly Figures s_none = new();

    internal TimeSpanOfSeconds Span => new(From, To);

    /// <summary>The last so many seconds and the one that goes on now.</summary>
    public static TrafficQuery Last(double seconds, DateTimeOffset now)
    {
        double whole = Math.Max(1, Math.Floor(seconds));
        long second = now.ToUnixTimeSeconds();
        return new TrafficQuery { From = second - (long)whole, To = second + 1, Seconds = whole, IsLive = true };
    }

    /// <summary>A window in the past.</summary>
    public static TrafficQuery Between(long from, long to) => new() { From = from, To = Math.Max(to, from + 1), Seconds = Math.Max(1, to - from) };

    internal bool Touches(string source, string destination) => Namespace is null || IsIn(source, Namespace) || IsIn(destination, Namespace);

    /// <summary>Whether an edge can match the filter, whatever its figures are.</summary>
    internal bool MayMatch(string source, string destination) => Filter.MayMatch(new AggregateSubject(source, destination, "", s_none, Seconds, false), Names);

    internal static bool IsIn(string service, string ns)
        => service.Length > ns.Length && service[ns.Length] == '/' && service.StartsWith(ns, StringComparison.Ordinal);
}
