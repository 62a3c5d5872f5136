using Weft.Cli.Commands;
using Weft.Cli.Host;

namespace Weft.Cli.Demo;

/// <summary>The built programs that the demo starts.</summary>
internal sealed record DemoFiles(string Shop, string Load, string Server, string Proxy)
{
    public string Manifest => Path.Combine(Shop, "shop.json");

    /// <summary>Looks in <c>WEFT_HOME</c>, which <c>./weft</c> sets to the folder that it has built into, and beside this program.</summary>
    public static DemoFiles Find(CliHost host) => new(
        Folder(host, "shop", "Weft.Shop"),
        Folder(host, "load", "Weft.Load"),
        ServerCommand.FindProgram(host) ?? throw Missing("weft-server"),
        AttachOptions.FindProxy(host));

    private static string Folder(CliHost host, string name, string program)
    {
        string[] homes = [host.Variable("WEFT_HOME") ?? host.ProgramDirectory, host.ProgramDirectory, Path.Combine(host.ProgramDirectory, "..")];
        return homes.Select(h => Path.GetFullPath(Path.Combine(h, name))).FirstOrDefault(f => File.Exists(Path.Combine(f, program))) ?? throw Missing(program);
    }

    private static CliException Missing(string program) =>
        HostErrors.Fail(HostErrors.DemoCannotStart, $"{program} has not been built", null, "start it with ./weft demo at the root of the repository, which builds what is missing");
}
