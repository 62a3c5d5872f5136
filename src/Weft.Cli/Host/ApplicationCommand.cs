using System.Globalization;

namespace Weft.Cli.Host;

/// <summary>The command line and the environment with which the application of <c>weft run</c> is started.</summary>
internal static class ApplicationCommand
{
    /// <summary>The application inside its namespace (by <c>ip netns exec</c>, which shows it its own resolver file) and as the user wished.</summary>
    public static async Task<IReadOnlyList<string>> BuildAsync(WorkloadPlan plan, string? netns, CancellationToken cancel)
    {
        List<string> command = [];
        if (netns is not null)
        {
            command.AddRange(["ip", "netns", "exec", netns]);
        }

        if (plan.User is not null)
        {
            string group = (await HostCommand.RunAsync("id", ["-g", "--", plan.User], cancel)).Trim();
            command.AddRange(["setpriv", $"--reuid={plan.User}", $"--regid={group}", "--init-groups", "--"]);
        }

        string program = HostCommand.Find(plan.Command[0])
            ?? throw HostErrors.Fail(HostErrors.ProgramMissing, $"there is no program \"{plan.Command[0]}\"", "it is neither a path nor in PATH", "give its full path");
        command.Add(program);
        command.AddRange(plan.Command.Skip(1).Select(word => plan.ExpandsListenAddress ? ExpandListenAddress(plan, word) : word));
        return plan.ApplicationLog is null ? command : ChildProcess.Detached(command, plan.ApplicationLog, keepOutput: false);
    }

    /// <summary>
    /// <c>PORT</c>: where to listen. <c>CART_URL</c>, <c>CART_ADDR</c> (and <c>CART_ADDRESS</c>): where the upstream "cart" is. What the user gave wins.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Environment(WorkloadPlan plan)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (plan.Ports.Count > 0)
        {
            all["PORT"] = ListenPort(plan.Ports[0]).ToString(CultureInfo.InvariantCulture);
        }

        foreach (Upstream upstream in plan.Upstreams)
        {
            string at = plan.Transparent
                ? string.Create(CultureInfo.InvariantCulture, $"{upstream.Service}:{upstream.Port}")
                : string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{upstream.LocalPort}");
            all[upstream.VariablePrefix + "_ADDR"] = at;
            all[upstream.VariablePrefix + "_ADDRESS"] = at;
            all[upstream.VariablePrefix + "_URL"] = "http://" + at;
        }

        foreach ((string name, string value) in plan.Environment)
        {
            all[name] = value;
        }

        return all;
    }

    private static string ExpandListenAddress(WorkloadPlan plan, string word) => word
        .Replace("{address}", plan.Transparent ? "0.0.0.0" : "127.0.0.1", StringComparison.Ordinal)
        .Replace("{port}", plan.Ports.Count > 0 ? ListenPort(plan.Ports[0]).ToString(CultureInfo.InvariantCulture) : "0", StringComparison.Ordinal);

    /// <summary>The port on which the application listens; with a Unix socket the service's, so that there is one.</summary>
    public static int ListenPort(WorkloadPort port) =>
        port.Target is null || port.Target.StartsWith("unix:", StringComparison.Ordinal) ? port.Port : int.Parse(port.Target.AsSpan(port.Target.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
}
