using Weft.Bench.Contenders;

namespace Weft.Bench.Measuring;

/// <summary>Medians of one contender over all rounds, and every round for whoever doubts them.</summary>
internal sealed record Row
{
    public required string Contender { get; init; }
    public required Role Role { get; init; }

    /// <summary>Per request; 0 where there is no proxy.</summary>
    public double CpuUs { get; init; }
    /// <summary>The kernel's part of it, 0..1: what every proxy's calls lead to, whatever it does between them.</summary>
    public double? KernelShare { get; init; }
    public double RequestsPerS { get; init; }
    public double P50Us { get; init; }
    public double P99Us { get; init; }
    public double? P999Us { get; init; }
    public long ResidentKiB { get; init; }
    public IReadOnlyList<Sample> Rounds { get; init; } = [];

    /// <summary>Why there are no figures.</summary>
    public string? Failure { get; init; }

    public static Row Of(Contender contender, IReadOnlyList<Sample> rounds, long residentKiB) => new()
    {
        Contender = contender.Name,
        Role = contender.Role,
        CpuUs = Median.Of(rounds.Select(round => round.CpuUs)),
        KernelShare = rounds.All(round => round.KernelShare is not null) ? Median.Of(rounds.Select(round => round.KernelShare!.Value)) : null,
        RequestsPerS = Median.Of(rounds.Select(round => round.RequestsPerS)),
        P50Us = Median.Of(rounds.Select(round => round.P50Us)),
        P99Us = Median.Of(rounds.Select(round => round.P99Us)),
        P999Us = rounds.All(round => round.P999Us is not null) ? Median.Of(rounds.Select(round => round.P999Us!.Value)) : null,
        ResidentKiB = residentKiB,
        Rounds = rounds,
    };

    public static Row Failed(Contender contender, string why) => new() { Contender = contender.Name, Role = contender.Role, Failure = why };
}
