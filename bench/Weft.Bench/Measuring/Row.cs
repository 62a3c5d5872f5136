namespace Weft.Bench.Measuring;

/// <summary>Medians of one contender over all rounds, and every round for whoever doubts them.</summary>
internal sealed record Row
{
    public required string Contender { get; init; }
    public double CpuUs { get; init; }
    public double RequestsPerS { get; init; }
    public double P50Us { get; init; }
    public double P99Us { get; init; }
    public long ResidentKiB { get; init; }
    public IReadOnlyList<Sample> Rounds { get; init; } = [];

    /// <summary>Why there are no figures.</summary>
    public string? Failure { get; init; }

    public static Row Of(string contender, IReadOnlyList<Sample> rounds, long residentKiB) => new()
    {
        Contender = contender,
        CpuUs = Median(rounds.Select(round => round.CpuUs)),
        RequestsPerS = Median(rounds.Select(round => round.RequestsPerS)),
        P50Us = Median(rounds.Select(round => round.P50Us)),
        P99Us = Median(rounds.Select(round => round.P99Us)),
        ResidentKiB = residentKiB,
        Rounds = rounds,
    };

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
