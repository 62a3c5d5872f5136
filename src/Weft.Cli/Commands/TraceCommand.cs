using System.CommandLine;
using System.Globalization;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;

namespace Weft.Cli.Commands;

/// <summary><c>weft trace</c>: the traces that are kept, or one of them as a waterfall.</summary>
internal static class TraceCommand
{
    private const int LimitMax = 200;

    private static readonly Argument<string?> Id = new("ID") { Description = "A trace id or a request id; without one, recent traces are listed", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string> Filter = new("--filter") { Description = "Only traces with an exchange for which this holds (weft help filters)", HelpName = "FILTER", DefaultValueFactory = _ => "" };

    private static readonly Option<int> Limit = new("--limit") { Description = "List at most so many (default 20, at most 200)", HelpName = "N", DefaultValueFactory = _ => 20 };

    public static Verb Create()
    {
        return new Verb(
            "trace", "Show recent traces, or one as a waterfall with the parts of its time", VerbGroup.Observe,
            "weft trace", "weft trace --filter 'latency > 500ms'", "weft trace 4bf92f3577b34da6a3ce929d0e0e4736", "weft trace 3f0c8e3e-1d2c-7b11-9a0f-2f6a1c1d0e5b -o wide")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Jsonl, OutputFormat.Yaml, OutputFormat.Name],
            Details = "Spans come from proxies, also where the application sent no trace context, and from applications that export OTLP. Two proxies share in each call; the outer span is the caller's. "
                + "-o wide adds where a proxy's time went: APP in the application, CLIENT-NET and SERVER-NET on the way to either side, WAIT for a connection.",
        }.With(Id, Filter, Limit).Does(RunAsync).ShownAt(static run => run.Get(Id) is { Length: > 0 } id ? $"/traces/{PagePath.Escape(id)}" : PagePath.With("/traces", ("filter", run.Get(Filter))));
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        using var api = run.OpenApi();
        if (run.Get(Id) is { Length: > 0 } id)
        {
            var trace = await FindAsync(api, id, cancel);
            run.Output.Write(trace, ApiJson.Default.TraceAnswer, () => Waterfall(trace), () => trace.Spans.Select(span => span.SpanId));
            return ExitCode.Ok;
        }

        var filter = run.Get(Filter)!;
        FlowOptions.Check(filter);
        var limit = run.GetWithin(Limit, 1, LimitMax);
        var list = await api.TracesAsync(filter, limit, cancel);
        run.Output.Write(list, ApiJson.Default.TraceList, () => List(list), () => list.Items.Select(item => item.TraceId));
        if (list.Items.Count == 0)
        {
            run.Say("no trace is kept; proxies send spans of failures, of slow exchanges and of a share of the rest");
        }

        return ExitCode.Ok;
    }

    /// <summary>The trace of that id, or the one that the request of that id belongs to.</summary>
    private static async Task<TraceAnswer> FindAsync(ApiClient api, string id, CancellationToken cancel)
    {
        try
        {
            return await api.TraceAsync(id, cancel);
        }
        catch (CliException failure) when (failure.ExitCode == ExitCode.NotFound)
        {
            // Not the id of a trace: perhaps that of a request.
        }

        var story = await api.FlowStoryAsync(id, cancel);
        var traceId = story.Hops.Select(hop => hop.TraceId).FirstOrDefault(bytes => bytes.Length > 0);
        if (traceId is not null)
        {
            try
            {
                return await api.TraceAsync(Convert.ToHexStringLower(traceId), cancel);
            }
            catch (CliException failure) when (failure.ExitCode == ExitCode.NotFound)
            {
                // Its records are kept and its spans are not.
            }
        }

        return new TraceAnswer { TraceId = traceId is null ? id : Convert.ToHexStringLower(traceId), Spans = [.. story.Hops.Select(FlowSpan.Of)] };
    }

    private static TextTable List(TraceList list)
    {
        var table = new TextTable(
            new Column("TRACE"), new Column("START"), new Column("DURATION", Right: true), new Column("SPANS", Right: true), new Column("ERRORS", Right: true), new Column("ROOT"), new Column("SERVICES", Wide: true));
        foreach (var item in list.Items)
        {
            table.Add(
                item.TraceId,
                Units.Timestamp(item.Start),
                Units.Milliseconds(item.DurationMs),
                Units.Count(item.Spans),
                item.Errors > 0 ? new Cell(Units.Count(item.Errors), Tone.Bad) : "0",
                item.Root,
                string.Join(' ', item.Services));
        }

        return table;
    }

    private static TextTable Waterfall(TraceAnswer trace)
    {
        var table = new TextTable(
            new Column("SPAN"), new Column("START", Right: true), new Column("DURATION", Right: true), new Column(""), new Column("RESULT"),
            new Column("APP", Right: true, Wide: true), new Column("CLIENT-NET", Right: true, Wide: true), new Column("SERVER-NET", Right: true, Wide: true), new Column("WAIT", Right: true, Wide: true), new Column("SPAN-ID", Wide: true));
        if (trace.Spans.Count == 0)
        {
            return table;
        }

        var begin = trace.Spans.Min(span => span.Start);
        var totalMs = Math.Max(0.001, trace.Spans.Max(span => (span.Start - begin).TotalMilliseconds + span.DurationMs));
        foreach (var (span, depth) in SpanTree.Order(trace.Spans))
        {
            var startMs = (span.Start - begin).TotalMilliseconds;
            table.Add(
                $"{new string(' ', depth * 2)}{span.Service} {span.Name}".TrimEnd(),
                Units.Milliseconds(startMs),
                Units.Milliseconds(span.DurationMs),
                SpanTree.Bar(startMs / totalMs, span.DurationMs / totalMs),
                span.Error ? new Cell(span.Attributes.GetValueOrDefault("reason") is { Length: > 0 } reason && reason != "OK" ? reason : "error", Tone.Bad) : new Cell("ok", Tone.Dim),
                Part(span, "timing.applicationUs"),
                Part(span, "timing.clientRttUs"),
                Part(span, "timing.serverRttUs"),
                Part(span, "timing.queueUs", "timing.connectUs"),
                span.SpanId);
        }

        return table;
    }

    private static Cell Part(SpanItem span, params ReadOnlySpan<string> names)
    {
        double sum = 0;
        foreach (var name in names)
        {
            sum += span.Attributes.TryGetValue(name, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var us) ? us : 0;
        }

        return sum > 0 ? Units.Milliseconds(sum / 1_000) : Cell.None;
    }
}
