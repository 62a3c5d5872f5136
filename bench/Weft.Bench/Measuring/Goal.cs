namespace Weft.Bench.Measuring;

/// <summary>The most that the project allows itself, as a share of somebody else's figure.</summary>
internal sealed record Goal(Against Against, double MostRatio, Figure Figure = Figure.Cpu);
