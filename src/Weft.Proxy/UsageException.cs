namespace Weft.Proxy;

/// <summary>The command line or a file it names is wrong. The message names option, value and fix; the exit code is 64, or 65 for a bad file.</summary>
internal sealed class UsageException(string message, int exitCode = ExitCodes.Usage) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
