using System.CommandLine;
using System.Globalization;
using System.Net;
using Weft.Cli.Api;
using Weft.Cli.Host;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>What <c>weft run</c> and <c>weft enroll</c> have in common: how a workload is described, where the proxy and the control plane are.</summary>
internal static class AttachOptions
{
    /// <summary>Long enough for a slow machine to start the proxy, short enough to be worthless soon.</summary>
    private const int TokenSeconds = 600;

    private const int ControlPort = 15010;

    private static readonly System.Buffers.SearchValues<char> OptionCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz-");

    public static Option<string> Service { get; } = new("--service") { Description = "Service that it belongs to", HelpName = "NAME", Required = true };

    public static Option<string?> Workload { get; } = new("--name") { Description = "Name of this workload (default: the service's name, with a number if it is taken)", HelpName = "NAME" };

    public static Option<string[]> Ports { get; } = new("--port") { Description = "Port it serves, with its protocol: 8080, 8080:grpc, 8080=127.0.0.1:18080:http1; repeat", HelpName = "PORT[:PROTOCOL]" };

    public static Option<string[]> Labels { get; } = new("--label") { Description = "Label: version=v2; repeat", HelpName = "KEY=VALUE" };

    public static Option<string?> Health { get; } = new("--health-path") { Description = "Health check: a path, or grpc (default: a TCP connect; grpc for grpc ports)", HelpName = "PATH" };

    public static Option<string?> Control { get; } = new("--control") { Description = "Where proxies reach the control plane (default: WEFT_CONTROL, else this machine)", HelpName = "ADDR:PORT" };

    public static Option<string?> Address { get; } = new("--address") { Description = "Address by which others reach it (default: found out)", HelpName = "IP" };

    public static Option<string?> Dns { get; } = new("--upstream-dns") { Description = "Resolver for names outside the mesh", HelpName = "IP" };

    public static Option<string[]> Proxy { get; } = new("--proxy-option") { Description = "Option of the proxy itself: workers=2, app-proxy-protocol=v2; repeat", HelpName = "NAME=VALUE" };

    /// <summary>Reads the common options; names are checked here, before anything happens.</summary>
    public static WorkloadPlan ReadPlan(CommandRun run, HostContext host, bool transparent)
    {
        string ns = HostNames.CheckLabel("namespace", run.Namespace);
        string service = HostNames.CheckLabel("service", run.Get(Service)!);
        return new WorkloadPlan
        {
            Namespace = ns,
            Service = service,
            Workload = run.Get(Workload) is string given ? HostNames.CheckLabel("workload", given) : FreeName(host, ns, service),
            Ports = [.. (run.Get(Ports) ?? []).Select(WorkloadPort.Parse)],
            Labels = ReadPairs("--label", run.Get(Labels)),
            HealthCheck = run.Get(Health),
            ProxyProgram = FindProxy(run.Host),
            Control = run.Get(Control) ?? run.Host.Variable("WEFT_CONTROL") ?? DefaultControl(host, transparent),
            Transparent = transparent,
            Address = ReadAddress(run.Get(Address)),
            UpstreamDns = run.Get(Dns),
            ProxyExtras = [.. (run.Get(Proxy) ?? []).Select(ReadProxyOption)],
        };
    }

    public static string FindProxy(CliHost host) =>
        ProgramFinder.Find(host, "weft-proxy", "WEFT_PROXY_PROGRAM", "proxy") ?? throw CliException.Of(
            ExitCode.Unreachable,
            "WF0017",
            "the program weft-proxy is not there",
            $"looked in {host.ProgramDirectory}, ../proxy and PATH",
            "set WEFT_PROXY_PROGRAM to its path");

    /// <summary>Gets join tokens for one service from the control plane.</summary>
    public static Func<CancellationToken, Task<string>> TokensFor(ApiClient api, WorkloadPlan plan) =>
        async cancel => (await api.TokenAsync(new TokenRequest(plan.Namespace, plan.Service, TokenSeconds), cancel)).Token;

    public static SortedDictionary<string, string> ReadPairs(string option, IEnumerable<string>? texts)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in texts ?? [])
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw CliException.Of(ExitCode.Usage, "WF0003", $"{option} takes KEY=VALUE, not \"{text}\"");
            }

            pairs[text[..equals]] = text[(equals + 1)..];
        }

        return pairs;
    }

    /// <summary>The proxy knows its options itself, and says what is wrong with one.</summary>
    private static string ReadProxyOption(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && text.AsSpan(0, equals).TrimStart('-').IndexOfAnyExcept(OptionCharacters) < 0
            ? "--" + text.TrimStart('-')
            : throw CliException.Of(ExitCode.Usage, "WF0003", $"--proxy-option takes NAME=VALUE, not \"{text}\"");
    }

    private static string DefaultControl(HostContext host, bool transparent) =>
        string.Create(CultureInfo.InvariantCulture, $"{(transparent ? host.Names.Gateway : IPAddress.Loopback)}:{ControlPort}");

    private static string FreeName(HostContext host, string ns, string service)
    {
        HashSet<string> taken = [.. host.Run.LoadAll().Where(r => r.Namespace == ns).Select(r => r.Workload)];
        string name = service;
        for (int number = 2; taken.Contains(name); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{service}-{number}");
        }

        return name;
    }

    private static IPAddress? ReadAddress(string? text) =>
        text is null ? null
        : IPAddress.TryParse(text, out IPAddress? address) ? address
        : throw CliException.Of(ExitCode.Usage, "WF0003", $"--address takes an IP address, not \"{text}\"");
}
