using System.Runtime.InteropServices;

namespace Weft.ControlPlane;

/// <summary>Refuses previews of .NET: their web server still has holes that the releases closed, such as lines of chunk extensions ended by a bare
/// line feed (CVE-2025-55315).</summary>
internal static class RuntimeCheck
{
    /// <exception cref="ServerStartException">Exit code 70: the runtime is a preview.</exception>
    public static void Run() => Run(RuntimeInformation.FrameworkDescription);

    internal static void Run(string frameworkDescription)
    {
        // ".NET 10.0.1" is a release, ".NET 10.0.0-rc.1.25451.107" is none.
        if (frameworkDescription.Contains('-', StringComparison.Ordinal))
        {
            throw new ServerStartException(
                ServerExit.CannotStart,
                $"the server runs on {frameworkDescription}, a preview with known holes in its web server",
                "build or run it with a released .NET 10");
        }
    }
}
