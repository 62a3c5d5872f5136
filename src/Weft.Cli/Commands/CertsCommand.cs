using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary><c>weft certs trust</c>: the roots that everything in the mesh leads to.</summary>
internal static class CertsCommand
{
    public static Verb Create()
    {
        var trust = new Verb("trust", "Print the mesh's root certificates", VerbGroup.Operate, "weft certs trust > root.pem", "weft certs trust -o json")
        {
            Formats = [OutputFormat.Table, OutputFormat.Json, OutputFormat.Yaml],
            Details = "Standard output carries PEM and nothing else. Ask over the control plane's socket and take the file to other machines, where WEFT_CA_FILE names it: "
                + "what came over an unproved connection proves nothing.",
        }.Does(TrustAsync);
        return new Verb("certs", "Show the certificates that the mesh hangs on", VerbGroup.Operate, "weft certs trust > root.pem").With(trust);
    }

    private static async Task<int> TrustAsync(CommandRun run, CancellationToken cancel)
    {
        using var api = run.OpenApi();
        var trust = await api.TrustAsync(cancel);
        if (!run.Output.IsTable)
        {
            var document = new TrustDocument { TrustDomain = trust.TrustDomain, Pin = trust.Pin, RootsPem = trust.RootsPem };
            run.Output.Write(document, CliJson.Default.TrustDocument, () => new TextTable());
            return ExitCode.Ok;
        }

        run.Output.Line(TextWidth.Safe(trust.RootsPem.TrimEnd('\n'), keepLines: true));
        run.Say($"trust domain {trust.TrustDomain}, pin {trust.Pin}");
        return ExitCode.Ok;
    }
}
