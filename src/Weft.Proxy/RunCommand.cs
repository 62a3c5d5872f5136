using Weft.Proxy.Upgrading;

namespace Weft.Proxy;

/// <summary><c>weft-proxy run</c>.</summary>
internal static class RunCommand
{
    public static string Help => RunSettingsReader.Help;

    /// <param name="args">What stands behind "run".</param>
    /// <param name="inheritance">What the process was given at its start.</param>
    /// <exception cref="UsageException">The options are wrong, or the proxy cannot start.</exception>
    public static int Run(IReadOnlyList<string> args, Inheritance inheritance) => new MeshHost(RunSettingsReader.Read(args), inheritance, TimeProvider.System).Run(Console.In, Console.Out);
}
