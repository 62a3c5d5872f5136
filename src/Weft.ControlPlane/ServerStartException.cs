namespace Weft.ControlPlane;

/// <summary>The server cannot start. The message says what is wrong and where, <see cref="Fix"/> what to do.</summary>
public sealed class ServerStartException(int exitCode, string message, string fix, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    public string Fix { get; } = fix;
}
