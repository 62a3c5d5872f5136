namespace Weft.Cli.Host;

/// <summary>What <c>weft enroll</c> is pointed at: a running process, or a named network namespace.</summary>
internal sealed record EnrollTarget(int? Pid = null, string? NamespaceName = null)
{
    public override string ToString() => Pid is int pid ? $"process {pid}" : $"network namespace {NamespaceName}";
}
