namespace Weft.Cli.Host;

/// <summary>The codes of everything that can go wrong on the host (WF11xx), each made in one place.</summary>
internal static class HostErrors
{
    public const string ProgramMissing = "WF1101";
    public const string CommandFailed = "WF1102";
    public const string NeedsRoot = "WF1103";
    public const string AddressesUsedUp = "WF1104";
    public const string LockHeld = "WF1105";
    public const string ProxyNotReady = "WF1106";
    public const string WorkloadExists = "WF1107";
    public const string NoSuchWorkload = "WF1108";
    public const string NoSuchProcess = "WF1109";
    public const string BadName = "WF1110";
    public const string NoSuchNamespace = "WF1111";
    public const string NoAddress = "WF1112";
    public const string NoCgroup = "WF1113";
    public const string PortsUsedUp = "WF1114";
    public const string RunDirectoryUnsafe = "WF1115";
    public const string DemoCannotStart = "WF1116";

    /// <summary>Ends the verb with one finding; the exit code follows from the code.</summary>
    public static CliException Fail(string code, string message, string? cause = null, params IReadOnlyList<string> fixes) =>
        CliException.Of(ExitCodeOf(code), code, message, cause, fixes);

    public static CliException MissingProgram(string program, string package) =>
        Fail(ProgramMissing, $"the program \"{program}\" is not installed", "Weft arranges namespaces and rules with it", $"apt-get install -y {package}");

    public static CliException RootNeeded(string what) =>
        Fail(NeedsRoot, $"{what} needs root", "network namespaces and nftables rules belong to root", "run the same command with sudo, or add --no-root where the command has it");

    private static int ExitCodeOf(string code) => code switch
    {
        BadName => ExitCode.Usage,
        NeedsRoot => ExitCode.Forbidden,
        NoSuchWorkload or NoSuchProcess or NoSuchNamespace => ExitCode.NotFound,
        WorkloadExists => ExitCode.Conflict,
        LockHeld or ProxyNotReady => ExitCode.Timeout,
        _ => ExitCode.Negative,
    };
}
