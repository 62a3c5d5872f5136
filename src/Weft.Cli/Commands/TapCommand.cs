using System.CommandLine;
using System.Text.Json;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;

namespace Weft.Cli.Commands;

/// <summary><c>weft tap</c>: exchanges as proxies see them from now on.</summary>
internal static class TapCommand
{
    private const int MaxPerSecondMax = 10_000;
    private const int CountMax = 1_000_000;

    private static readonly Option<int> MaxRps = new("--max-rps")
    {
        Description = "Records that each proxy sends a second at most (default 100); more are counted as not shown",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
    };

    private static readonly Option<string[]> Headers = new("--header", "-H") { Description = "Show this header field, of request and answer; credentials stay redacted (repeat it)", HelpName = "NAME" };

    private static readonly Option<string?> Service = new("--service") { Description = "Only what the proxies of this service see", HelpName = "NAME" };

    private static readonly Option<int> Count = new("--count") { Description = "End after so many exchanges", HelpName = "N" };

    private static readonly Option<TimeSpan> For = CommonOptions.Duration("--for", "End after this time; 0s: at Ctrl-C", TimeSpan.Zero);

    public static Verb Create()
    {
        return new Verb(
            "tap", "Show exchanges live, as the proxies see them", VerbGroup.Observe,
            "weft tap", "weft tap 'status>=500 and latency > 100ms'", "weft tap 'destination == shop/cart' -H user-agent -o wide", "weft tap --for 10s -o har > cart.har")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Jsonl, OutputFormat.Har],
            Details = "The filter is judged in the proxies, so that what is not asked for costs nothing. A call between two workloads is seen twice, on its way out and on its way in (SIDE). Values of query strings and "
                + "credentials are redacted in the proxy. The tap itself, its filter and its length are in the audit log (weft get audit). A control plane that goes away is waited for.",
        }.With(FlowOptions.Filter, CommonOptions.Namespace, CommonOptions.AllNamespaces, Service, MaxRps, Headers, Count, For).Does(RunAsync).ShownAt(static run => PagePath.With("/live", ("filter", FlowOptions.Read(run))));
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var question = Read(run);
        var count = run.Get(Count) == 0 ? CountMax : run.GetWithin(Count, 1, CountMax);
        using var api = run.OpenApi();
        var length = run.Get(For);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = run.Host.Clock.CreateTimer(_ => limit.Cancel(), null, length > TimeSpan.Zero ? length : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var sink = new TapSink(run, count);
        try
        {
            await TapAsync(run, api, question, sink, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // Its time is over, or somebody has seen enough; what was seen is told all the same.
        }

        sink.Finish();
        run.Say(sink.Summary());
        cancel.ThrowIfCancellationRequested();
        return ExitCode.Ok;
    }

    private static TapQuestion Read(CommandRun run)
    {
        var filter = run.Get(FlowOptions.Filter) ?? "";
        FlowOptions.Check(filter);
        return new TapQuestion(filter, run.GetWithin(MaxRps, 1, MaxPerSecondMax), run.Get(Headers) ?? [], run.AllNamespaces ? null : run.GivenNamespace, run.Get(Service));
    }

    private static async Task TapAsync(CommandRun run, ApiClient api, TapQuestion question, TapSink sink, CancellationToken cancel)
    {
        await foreach (var item in EventReader.ReadAsync(run, () => api.TapAsync(question, cancel), sink.NewConnection, cancel))
        {
            sink.Take(item.EventType, item.Data);
            if (sink.HasEnough)
            {
                return;
            }
        }
    }

    /// <summary>Where what was tapped goes.</summary>
    private sealed class TapSink(CommandRun run, int most)
    {
        private readonly RowStream _rows = FlowRows.Open(run);
        private readonly List<FlowRecord> _kept = [];
        private TapStatus _status = new(0, 0, 0);
        private long _droppedBefore;
        private long _shown;

        public bool HasEnough => _shown >= most;

        public void NewConnection()
        {
            _droppedBefore += _status.Dropped;
            _status = _status with { Dropped = 0 };
        }

        public void Take(string kind, string data)
        {
            if (kind == "status")
            {
                var status = JsonSerializer.Deserialize(data, ApiJson.Default.TapStatus)!;
                if (_status.Proxies == 0 && status.Proxies == 0)
                {
                    run.Say("no proxy is connected that this tap concerns; waiting for one");
                }

                _status = status;
                run.Host.Out.Flush();
                return;
            }

            if (kind != "flow")
            {
                return;
            }

            _shown++;
            if (run.Format == OutputFormat.Jsonl)
            {
                run.Output.Line(data);
                return;
            }

            var flow = JsonSerializer.Deserialize(data, ApiJson.Default.FlowRecord)!;
            if (run.Format == OutputFormat.Har)
            {
                if (_kept.Count < HarText.EntriesMax)
                {
                    _kept.Add(flow);
                }

                return;
            }

            _rows.Add(FlowRows.Of(flow));
        }

        public void Finish()
        {
            if (run.Format == OutputFormat.Har)
            {
                run.Output.Line(HarText.Write(_kept));
            }
        }

        public string Summary()
        {
            var lost = _droppedBefore + _status.Dropped;
            var proxies = Units.Plural(_status.Proxies, "connected proxy").Replace("proxys", "proxies", StringComparison.Ordinal);
            return $"{Units.Plural(_shown, "exchange")} shown from {proxies}"
                + (lost > 0 ? $", {Units.Count(lost)} not shown: more than --max-rps" : "")
                + (run.Format == OutputFormat.Har && _shown > HarText.EntriesMax ? $"; the document holds the first {HarText.EntriesMax}" : "");
        }
    }
}
