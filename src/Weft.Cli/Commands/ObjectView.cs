namespace Weft.Cli.Commands;

/// <summary>Which answer of the control plane shows a type.</summary>
internal enum ObjectView
{
    Resources,
    Services,
    Workloads,
    Commits,
    Audit,
}
