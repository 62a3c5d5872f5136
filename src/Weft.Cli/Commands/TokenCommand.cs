using System.CommandLine;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft token create</c>: lets one workload join, once.</summary>
internal static class TokenCommand
{
    private static readonly TimeSpan TtlMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TtlMax = TimeSpan.FromDays(1);

    private static readonly Option<string> Service = new("--service") { Description = "Service that the workload belongs to", HelpName = "NAME", Required = true };
    private static readonly Option<TimeSpan> Ttl = CommonOptions.Duration("--ttl", "How long the token may be used", TimeSpan.FromMinutes(10));

    public static Verb Create()
    {
        var create = new Verb("create", "Make a one-time token with which one workload joins", VerbGroup.Attach, "weft token create --service cart -n shop", "weft token create --service cart -n shop --ttl 2m -o json")
        {
            Formats = [OutputFormat.Table, OutputFormat.Json, OutputFormat.Yaml],
            Details = "Standard output carries the token and nothing else, so that it can be piped. It also holds the fingerprint of the mesh's root, by which the joining side knows the server. "
                + "Hand it on through standard input or a file, never as an argument.",
        }.With(Service, CommonOptions.Namespace, Ttl).Does(RunAsync);
        return new Verb("token", "Make join tokens", VerbGroup.Attach, "weft token create --service cart -n shop").With(create);
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var ttl = run.Get(Ttl);
        if (ttl < TtlMin || ttl > TtlMax)
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"--ttl takes {Units.Duration(TtlMin)} to {Units.Duration(TtlMax)}");
        }

        using var api = run.OpenApi();
        var result = await api.TokenAsync(new TokenRequest(run.Namespace, run.Get(Service)!, (int)ttl.TotalSeconds), cancel);
        if (!run.Output.IsTable)
        {
            var document = new TokenDocument { Token = result.Token, ExpiresAt = result.ExpiresAt, Namespace = result.Namespace, Service = result.Service };
            run.Output.Write(document, CliJson.Default.TokenDocument, () => new TextTable());
            return ExitCode.Ok;
        }

        run.Output.Line(result.Token);
        run.Say($"joins one workload of {result.Namespace}/{result.Service}, until {Units.Timestamp(result.ExpiresAt)}");
        return ExitCode.Ok;
    }
}
