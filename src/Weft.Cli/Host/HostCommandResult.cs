namespace Weft.Cli.Host;

/// <summary>How a program of the host ended. <see cref="Error"/> is its standard error, trimmed.</summary>
internal readonly record struct HostCommandResult(int ExitCode, string Output, string Error)
{
    public bool Ok => ExitCode == 0;
}
