namespace Weft.Proxy;

/// <summary><c>weft-proxy run</c>.</summary>
internal static class RunCommand
{
    public static string Help => RunSettingsReader.Help;

    /// <param name="args">What stands behind "run".</param>
    /// <exception cref="UsageException">The options are wrong, or the proxy cannot start.</exception>
    public static int Run(IReadOnlyList<string> args) => new MeshHost(RunSettingsReader.Read(args), TimeProvider.System).Run(Console.In, Console.Out);
}
