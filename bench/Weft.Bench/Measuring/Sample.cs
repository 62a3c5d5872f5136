namespace Weft.Bench.Measuring;

/// <summary>
/// One round of one contender. <see cref="CpuUs"/> is user and system time of all its processes, per request; <see cref="KernelShare"/> is the kernel's part
/// of it, 0..1.
/// </summary>
internal sealed record Sample(double CpuUs, double? KernelShare, double RequestsPerS, double P50Us, double P99Us, double? P999Us);
