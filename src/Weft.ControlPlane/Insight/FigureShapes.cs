using System.Collections.ObjectModel;
using Weft.Contracts.Api;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>Turns sums into the figures that answers show: shares, rates and quantiles.</summary>
internal static class FigureShapes
{
    internal static TimingParts PartsOf(Figures figures) => new()
    {
        ClientRttMs = Round(figures.MeanMs(TimingPart.ClientRtt)),
        ServerRttMs = Round(figures.MeanMs(TimingPart.ServerRtt)),
        ApplicationMs = Round(figures.MeanMs(TimingPart.Application)),
        TransferMs = Round(figures.MeanMs(TimingPart.Transfer)),
        QueueMs = Round(figures.MeanMs(TimingPart.Queue)),
        ConnectMs = Round(figures.MeanMs(TimingPart.Connect)),
    };

    internal static double? SuccessOf(Figures figures) => figures.Count == 0 ? null : 1 - ((double)figures.Failures / figures.Count);

    internal static double ClientErrorsOf(Figures figures) => Share(figures.Classes[4], figures.Count);

    /// <summary>Answers of class 5, and failures that have no status at all.</summary>
    internal static double ServerErrorsOf(Figures figures) => Share(Math.Max(figures.Classes[5], figures.Failures), figures.Count);

    internal static double MutualTlsOf(Figures figures, long active, long activeMutualTls)
        => figures.Count > 0 ? Share(figures.MutualTls, figures.Count) : active > 0 ? (double)activeMutualTls / active : 0;

    internal static double Share(ulong part, ulong whole) => whole == 0 ? 0 : Math.Min(1, (double)part / whole);

    /// <summary>Microseconds are all that was measured.</summary>
    internal static double? Round(double? ms) => ms is { } value ? Math.Round(value, 3) : null;

    /// <summary>The shortest step, in seconds, that is not shorter than the one asked for and a multiple of the least there is.</summary>
    internal static int WholeSteps(int asked, int least) => (Math.Max(asked, least) + least - 1) / least * least;

    internal static IReadOnlyDictionary<string, long> ReasonsOf(Figures figures, IFigureSource source)
    {
        if (figures.Reasons is not { Count: > 0 })
        {
            return ReadOnlyDictionary<string, long>.Empty;
        }

        SortedDictionary<string, long> reasons = new(StringComparer.Ordinal);
        foreach ((int reason, ulong count) in figures.Reasons)
        {
            string name = source.NameOfReason(reason);
            reasons[name] = reasons.GetValueOrDefault(name) + (long)count;
        }

        return reasons;
    }
}
