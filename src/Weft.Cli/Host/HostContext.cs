namespace Weft.Cli.Host;

/// <summary>This machine as Weft sees it: its names, its run directory, its network.</summary>
internal sealed class HostContext
{
    public HostContext(HostNames names)
    {
        Names = names;
        Run = new RunDirectory(names.RunDirectory);
        Network = new HostNetwork(names, Run);
    }

    public HostNames Names { get; }

    public RunDirectory Run { get; }

    public HostNetwork Network { get; }

    public static HostContext FromEnvironment() => new(HostNames.FromEnvironment(Native.IsRoot, Native.UserId));
}
