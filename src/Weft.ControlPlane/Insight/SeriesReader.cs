using Weft.Contracts.Api;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>Figures over time of whatever has a series.</summary>
internal sealed class SeriesReader(IFigureSource source)
{
    /// <summary>Steps that an answer may have, in seconds.</summary>
    private static readonly int[] Steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400];

    /// <summary>An answer for which no step was asked has at most so many.</summary>
    private const int OrdinarySteps = 300;

    /// <param name="of">What, as <see cref="SeriesAnswer.Of"/> says.</param>
    /// <param name="query">When, and whose view.</param>
    /// <param name="step">Seconds per step; 0 for one that suits the window.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <returns>Null when <paramref name="of"/> names nothing that has series.</returns>
    internal async ValueTask<SeriesAnswer?> ReadAsync(string of, TrafficQuery query, int step, CancellationToken stop)
    {
        if (Parse(of) is not { } what)
        {
            return null;
        }

        // The second that goes on would look as if traffic were falling.
        long end = query.IsLive ? query.To - 1 : query.To;
        int seconds = await StepForAsync(query.From, end, step, stop);
        long from = query.From - (query.From % seconds);

        // The beginning of the first step may be older than what is kept in fine steps.
        seconds = await StepForAsync(from, end, seconds, stop);
        from = query.From - (query.From % seconds);
        long to = Math.Max(end, from + 1);
        Side side = query.Side ?? (what.Family == SeriesFamily.Workload ? Side.Server : Side.Client);
        Figures?[] steps = await source.StepsAsync(what.Family, side, new TimeSpanOfSeconds(from, to), seconds, what.Choice, stop);
        return Shape(of, side, seconds, from, steps);
    }

    private async ValueTask<int> StepForAsync(long from, long to, int asked, CancellationToken stop)
    {
        int least = await source.LeastStepAsync(from, stop);
        long span = Math.Max(1, to - from);
        int max = asked > 0 ? TrafficLimits.MaxSteps : OrdinarySteps;
        int step = asked;
        if (step <= 0 || span / step >= max)
        {
            step = Steps.FirstOrDefault(candidate => candidate >= least && candidate >= asked && span / candidate < max, Steps[^1]);
        }

        return FigureShapes.WholeSteps(step, least);
    }

    private static (SeriesFamily Family, SeriesChoice Choice)? Parse(string of)
    {
        int colon = of.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? of : of[..colon];
        string name = colon < 0 ? "" : of[(colon + 1)..];
        switch (kind)
        {
            case "mesh" when name.Length == 0:
                return (SeriesFamily.Mesh, new SeriesChoice());
            case "service" when name.Length > 0:
                return (SeriesFamily.Service, new SeriesChoice { Subject = name });
            case "workload" when name.Length > 0:
                return (SeriesFamily.Workload, new SeriesChoice { Subject = name });
            case "namespace" when name.Length > 0:
                return (SeriesFamily.Service, new SeriesChoice { Namespace = name });
            case "edge" when name.Split('>') is [{ Length: > 0 } from, { Length: > 0 } to]:
                return (SeriesFamily.Edge, new SeriesChoice { Source = from, Subject = to });
            case "route" when name.Split('/', 3) is [{ Length: > 0 } ns, { Length: > 0 } service, { } route]:
                return (SeriesFamily.Route, new SeriesChoice { Subject = $"{ns}/{service}", Detail = route });
            default:
                return null;
        }
    }

    private static SeriesAnswer Shape(string of, Side side, int step, long start, Figures?[] steps) => new()
    {
        Of = of,
        Side = side == Side.Client ? "client" : "server",
        StepSeconds = step,
        Start = DateTimeOffset.FromUnixTimeSeconds(start),
        Requests = Counts(steps, static figures => figures.Count),
        Failures = Counts(steps, static figures => figures.Failures),
        Bytes = Counts(steps, static figures => figures.Bytes),
        MutualTls = Counts(steps, static figures => figures.MutualTls),
        Retries = Counts(steps, static figures => figures.Retries),
        P50Ms = Times(steps, static figures => figures.QuantileMs(0.50)),
        P95Ms = Times(steps, static figures => figures.QuantileMs(0.95)),
        P99Ms = Times(steps, static figures => figures.QuantileMs(0.99)),
        Parts = new SeriesParts
        {
            ClientRttMs = Times(steps, static figures => figures.MeanMs(TimingPart.ClientRtt)),
            ServerRttMs = Times(steps, static figures => figures.MeanMs(TimingPart.ServerRtt)),
            ApplicationMs = Times(steps, static figures => figures.MeanMs(TimingPart.Application)),
            TransferMs = Times(steps, static figures => figures.MeanMs(TimingPart.Transfer)),
            QueueMs = Times(steps, static figures => figures.MeanMs(TimingPart.Queue)),
            ConnectMs = Times(steps, static figures => figures.MeanMs(TimingPart.Connect)),
        },
    };

    private static long[] Counts(Figures?[] steps, Func<Figures, ulong> of) => Array.ConvertAll(steps, figures => figures is null ? 0 : (long)of(figures));

    private static double?[] Times(Figures?[] steps, Func<Figures, double?> of)
        => Array.ConvertAll(steps, figures => figures is null ? null : FigureShapes.Round(of(figures)));
}
