using System.Reflection;
using Weft.Proxy;
using Weft.Proxy.Relaying;
using Weft.Proxy.Upgrading;

Inheritance inheritance = Inheritance.Take();
try
{
    return args switch
    {
        [] or ["--help" or "-h" or "help"] => Print("""
            The data plane of Weft: the proxy beside each workload, and a relay that stands alone.

              weft-proxy run …      serve one workload of a mesh (started by weft run and weft enroll)
              weft-proxy relay …    relay between addresses without a control plane
              weft-proxy version    print the version

            weft-proxy run --help and weft-proxy relay --help list the options.
            """),
        ["version" or "--version"] => Print("weft-proxy " + (Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "unknown")),
        ["relay", "--help" or "-h"] => Print(RelayCommand.Help),
        ["relay", .. string[] rest] => new RelayHost(RelayCommand.Parse(rest), inheritance, TimeProvider.System).Run(Console.Out),
        ["run", "--help" or "-h"] => Print(RunCommand.Help),
        ["run", .. string[] rest] => RunCommand.Run(rest, inheritance),
        [string unknown, ..] => throw new UsageException($"unknown command \"{unknown}\"; there are run, relay and version"),
    };
}
catch (UsageException wrong)
{
    Console.Error.WriteLine("weft-proxy: " + wrong.Message);
    inheritance.Predecessor?.TellFailed(wrong.Message);
    return wrong.ExitCode;
}

static int Print(string text)
{
    Console.WriteLine(text);
    return ExitCodes.Ok;
}
