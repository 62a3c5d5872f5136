namespace Weft.Replay;

/// <summary>What was seen of the server in one second.</summary>
/// <param name="Cpu">Share of one processor, 0 to 1.</param>
/// <param name="ResidentMiB">Resident memory.</param>
/// <param name="LateMs">How late the latest report was.</param>
/// <param name="Reports">Reports sent.</param>
internal sealed record Second(double Cpu, double ResidentMiB, long LateMs, long Reports);
