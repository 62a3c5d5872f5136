using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Weft.Cli.Checks;
using Weft.Cli.Errors;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft schema</c>: JSON schemas of what <c>-o json</c> prints, made from the very types that print it.</summary>
internal static class SchemaCommand
{
    private static readonly Argument<string?> Name = new("KIND") { Description = "Print the schema of this kind; without it the kinds are listed", HelpName = "KIND", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Kind, the command that prints it, its type.</summary>
    private static readonly (string Kind, string Command, JsonTypeInfo Type)[] Documents =
    [
        ("Apply", "apply, delete, diff, undo", CliJson.Default.ApplyDocument),
        ("AuditList", "get audit", CliJson.Default.AuditListDocument),
        ("CheckReport", "check", CliJson.Default.CheckReport),
        ("Commit", "events -o jsonl", ApiJson.Default.CommitResult),
        ("CommitList", "get commits", CliJson.Default.CommitListDocument),
        ("Error", "standard error of every command", CliJson.Default.ErrorDocument),
        ("Explanation", "explain", CliJson.Default.ErrorEntry),
        ("FlowList", "logs", ApiJson.Default.FlowList),
        ("FlowRecord", "tap -o jsonl, logs -o jsonl", ApiJson.Default.FlowRecord),
        ("FlowStory", "why REQUEST-ID", ApiJson.Default.FlowStory),
        ("Home", "events -o jsonl", ApiJson.Default.HomeAnswer),
        ("List", "get TYPE", ApiJson.Default.ResourceList),
        ("MeshStatus", "status", ApiJson.Default.MeshStatus),
        ("ScoreList", "health", ApiJson.Default.ScoreList),
        ("ServiceList", "get services", CliJson.Default.ServiceListDocument),
        ("Token", "token create", CliJson.Default.TokenDocument),
        ("Topology", "graph", ApiJson.Default.Topology),
        ("Trace", "trace TRACE-ID", ApiJson.Default.TraceAnswer),
        ("TraceList", "trace", ApiJson.Default.TraceList),
        ("TrafficTable", "stat, edges, routes, top", ApiJson.Default.TrafficTable),
        ("Trust", "certs trust", CliJson.Default.TrustDocument),
        ("Version", "version", CliJson.Default.VersionDocument),
        ("Why", "why SRC DST", ApiJson.Default.WhyAnswer),
        ("WorkloadList", "get workloads", CliJson.Default.WorkloadListDocument),
    ];

    public static Verb Create()
    {
        return new Verb("schema", "List the JSON documents that weft prints, or print the schema of one", VerbGroup.Help, "weft schema", "weft schema MeshStatus")
            .With(Name).Does(Run);
    }

    private static Task<int> Run(CommandRun run, CancellationToken cancel)
    {
        if (run.Get(Name) is not { } name)
        {
            var table = new TextTable(new Column("KIND"), new Column("PRINTED BY"));
            foreach (var (kind, command, _) in Documents)
            {
                table.Add(kind, command);
            }

            run.Output.Table(table);
            return Task.FromResult(ExitCode.Ok);
        }

        var found = Documents.FirstOrDefault(d => string.Equals(d.Kind, name, StringComparison.OrdinalIgnoreCase));
        if (found.Type is null)
        {
            var near = Nearest.Of(name, Documents.Select(d => d.Kind));
            throw CliException.Of(ExitCode.NotFound, "WF0012", $"there is no document of kind \"{name}\"", null, near is null ? "see weft schema" : $"did you mean: weft schema {near}");
        }

        var node = found.Type.GetJsonSchemaAsNode(new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
        using var document = JsonDocument.Parse(node.ToJsonString());
        run.Output.Line(JsonText.Indented(document.RootElement));
        return Task.FromResult(ExitCode.Ok);
    }
}
