namespace Weft.Bench.Measuring;

/// <summary>One round of one contender. <see cref="CpuUs"/> is user and system time of all its processes, per request.</summary>
internal sealed record Sample(double CpuUs, double RequestsPerS, double P50Us, double P99Us, double? P999Us);
