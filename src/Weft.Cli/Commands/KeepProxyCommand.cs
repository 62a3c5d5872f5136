using System.CommandLine;
using Weft.Cli.Host;

namespace Weft.Cli.Commands;

/// <summary><c>weft keep-proxy ID</c>, started by <c>weft enroll</c> in the background. Reads the join token from standard input.</summary>
internal static class KeepProxyCommand
{
    private static readonly Argument<string> Id = new("ID") { Description = "Record of the workload", HelpName = "ID" };

    public static Verb Create() =>
        new Verb(BackgroundKeeper.VerbName, "Keep the proxy of an enrolled workload running", VerbGroup.Hidden, "weft keep-proxy default-cart") { Hidden = true }
            .With(Id)
            .Does((run, cancel) => BackgroundKeeper.RunAsync(HostContext.FromEnvironment(), run.Get(Id)!, run.Host.In, run.Host.Out, cancel));
}
