namespace Weft.Bench.Measuring;

/// <summary>Resident memory with so many idle connections.</summary>
internal sealed record MemoryStep(int Connections, long ResidentKiB);
