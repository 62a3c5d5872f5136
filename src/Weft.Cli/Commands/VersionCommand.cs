using System.Runtime.InteropServices;
using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary><c>weft version</c>: this program's version and, when it answers, that of the control plane.</summary>
internal static class VersionCommand
{
    private static readonly TimeSpan ServerWaitMax = TimeSpan.FromSeconds(2);

    public static Verb Create()
    {
        return new Verb("version", "Show the versions of weft and of the control plane", VerbGroup.Help, "weft version", "weft version -o json")
        {
            Formats = [OutputFormat.Table, OutputFormat.Json, OutputFormat.Yaml],
            Details = "The control plane is asked for two seconds at most; without one only the version of weft is shown, and that is no error.",
        }.Does(RunAsync);
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var server = await ServerVersionAsync(run, cancel);
        var document = new VersionDocument { Weft = ProductVersion.Text, Server = server, Platform = RuntimeInformation.RuntimeIdentifier };
        if (!run.Output.IsTable)
        {
            run.Output.Write(document, CliJson.Default.VersionDocument, () => new TextTable());
            return ExitCode.Ok;
        }

        run.Output.Line($"weft            {document.Weft} ({document.Platform})");
        run.Output.Line($"control plane   {server ?? "-"}");
        if (server is not null && Skew(document.Weft, server) > 2)
        {
            run.Say($"warning: weft {document.Weft} and control plane {server} are more than two minor versions apart");
        }

        return ExitCode.Ok;
    }

    private static async Task<string?> ServerVersionAsync(CommandRun run, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ServerWaitMax);
        try
        {
            using var api = run.OpenApi();
            return (await api.StatusAsync(limit.Token)).Version;
        }
        catch (CliException failure)
        {
            run.Detail($"control plane: {failure.Message}");
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private static int Skew(string ours, string theirs)
    {
        return Version.TryParse(ours.Split('-')[0], out var a) && Version.TryParse(theirs.Split('-')[0], out var b)
            ? (Math.Abs(a.Major - b.Major) * 1000) + Math.Abs(a.Minor - b.Minor)
            : 0;
    }
}
