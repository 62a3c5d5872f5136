namespace Weft.Model.Workloads;

/// <summary>Where a port of the service is on this workload.</summary>
public sealed record WorkloadPort(int Port, int TargetPort);
