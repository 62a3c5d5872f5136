namespace Weft.Model.Services;

/// <summary>A port that callers use, and where the workload listens.</summary>
public sealed record ServicePort(string? Name, int Port, int TargetPort, AppProtocol Protocol);
