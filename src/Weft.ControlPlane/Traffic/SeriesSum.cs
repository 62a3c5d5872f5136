namespace Weft.ControlPlane.Traffic;

/// <summary>Figures of one series over a window, with what is known of it now.</summary>
/// <param name="Key">Which.</param>
/// <param name="Figures">Of the window; the receiver's own.</param>
/// <param name="FirstSeen">First second with traffic, Unix time.</param>
/// <param name="SourceIdentity">Proved last; empty when none was.</param>
/// <param name="DestinationIdentity">Proved last; empty when none was.</param>
/// <param name="Active">Exchanges and connections that are open now.</param>
/// <param name="ActiveMutualTls">Those of them under mutual TLS.</param>
internal readonly record struct SeriesSum(
    SeriesKey Key, Figures Figures, long FirstSeen, string SourceIdentity, string DestinationIdentity, long Active, long ActiveMutualTls)
{
    internal static SeriesSum Of(Series series, Figures figures)
        => new(series.Key, figures, series.FirstSeen, series.SourceIdentity, series.DestinationIdentity, series.Active, series.ActiveMutualTls);
}
