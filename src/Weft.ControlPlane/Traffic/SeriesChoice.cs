namespace Weft.ControlPlane.Traffic;

/// <summary>Which series of a family are meant: those whose given parts are equal. Null: any.</summary>
internal sealed record SeriesChoice
{
    internal string? Subject { get; init; }

    internal string? Source { get; init; }

    internal string? Detail { get; init; }

    /// <summary>Namespace of the subject.</summary>
    internal string? Namespace { get; init; }

    internal bool Matches(in SeriesKey key)
        => (Subject is null || key.Subject == Subject)
            && (Source is null || key.Source == Source)
            && (Detail is null || key.Detail == Detail)
            && (Namespace is null || (key.Subject.Length > Namespace.Length && key.Subject[Namespace.Length] == '/' && key.Subject.StartsWith(Namespace, StringComparison.Ordinal)));
}
