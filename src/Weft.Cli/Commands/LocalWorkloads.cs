using Weft.Cli.Errors;
using Weft.Cli.Host;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Finds the workloads of this machine that a command names.</summary>
internal static class LocalWorkloads
{
    /// <param name="run">Knows the namespace for names without one.</param>
    /// <param name="verb">For messages: "leave".</param>
    /// <param name="names">Workloads as they were named.</param>
    /// <param name="all">Whether all are meant instead.</param>
    /// <param name="records">Those that are there.</param>
    /// <exception cref="CliException">Both or neither were given, or there is no such workload.</exception>
    public static IReadOnlyList<WorkloadRecord> Choose(CommandRun run, string verb, string[] names, bool all, IReadOnlyList<WorkloadRecord> records) =>
        all == names.Length > 0
            ? throw CliException.Of(ExitCode.Usage, "WF0003", $"{verb} needs either workloads or --all", null, $"weft {verb} WORKLOAD, or weft {verb} --all")
            : all ? records : [.. names.Select(n => Find(run, records, n))];

    private static WorkloadRecord Find(CommandRun run, IReadOnlyList<WorkloadRecord> records, string name)
    {
        string full = name.Contains('/', StringComparison.Ordinal) ? name : $"{run.Namespace}/{name}";
        return records.FirstOrDefault(r => r.FullName == full) ?? throw new CliException(ExitCode.NotFound, new Finding
        {
            Code = HostErrors.NoSuchWorkload,
            Message = $"there is no workload {full} on this machine",
            Near = Nearest.Of(full, records.Select(r => r.FullName)),
            Fixes = [records.Count == 0 ? "nothing is attached here; weft status lists the mesh" : $"here are: {string.Join(", ", records.Select(r => r.FullName))}"],
        });
    }
}
