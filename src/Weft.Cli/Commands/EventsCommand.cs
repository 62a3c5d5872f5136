using System.Globalization;
using System.Text.Json;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft events</c>: what changes in the mesh, as it changes.</summary>
internal static class EventsCommand
{
    public static Verb Create()
    {
        return new Verb("events", "Show what changes: commits, proxies, edges, health", VerbGroup.Observe, "weft events", "weft events -o jsonl | jq 'select(.event == \"commit\")'")
        {
            Formats = [OutputFormat.Table, OutputFormat.Jsonl],
            Details = "-o jsonl shows every event of the API's stream whole, figures of the map's edges included ({\"event\":…,\"id\":…,\"data\":…}). A control plane that goes away is waited for; what happened within a minute is caught up on.",
        }.Does(RunAsync);
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        using var api = run.OpenApi();
        var teller = new EventTeller(run);
        string? lastId = null;
        await foreach (var item in EventReader.ReadAsync(run, () => api.EventsAsync(lastId, cancel), static () => { }, cancel))
        {
            lastId = item.EventId ?? lastId;
            teller.Take(item.EventType, lastId, item.Data);
            await run.Host.Out.FlushAsync(cancel);
        }

        return ExitCode.Ok;
    }

    /// <summary>Turns the stream's documents, which say how things are, into sentences about what is new.</summary>
    private sealed class EventTeller(CommandRun run)
    {
        private readonly RowStream _rows = new RowStream(run.Host.Out, run.OutStyle, wide: false, [new("TIME"), new("WHAT"), new("EVENT")]).Begin(8, 7);
        private readonly Dictionary<string, string> _proxies = new(StringComparer.Ordinal);
        private readonly HashSet<string> _edges = new(StringComparer.Ordinal);
        private bool _knowsProxies;
        private bool _knowsEdges;
        private string _health = "";

        public void Take(string kind, string? id, string data)
        {
            if (run.Format == OutputFormat.Jsonl)
            {
                var idText = id is null ? "null" : $"\"{JsonEncodedText.Encode(id)}\"";
                run.Output.Line($"{{\"event\":\"{kind}\",\"id\":{idText},\"data\":{data}}}");
                return;
            }

            switch (kind)
            {
                case "commit":
                    var commit = JsonSerializer.Deserialize(data, ApiJson.Default.CommitResult)!;
                    Tell("commit", $"{commit.Commit} by {commit.Author}{(commit.Message is { Length: > 0 } message ? ": " + message : "")}", Tone.Strong);
                    break;
                case "status":
                    TakeStatus(JsonSerializer.Deserialize(data, ApiJson.Default.MeshStatus)!);
                    break;
                case "topology":
                    TakeEdges(JsonSerializer.Deserialize(data, ApiJson.Default.Topology)!);
                    break;
                case "health":
                    TakeHealth(JsonSerializer.Deserialize(data, ApiJson.Default.HomeAnswer)!);
                    break;
                default:
                    break;
            }
        }

        private void TakeStatus(MeshStatus status)
        {
            foreach (var proxy in status.Proxies)
            {
                var name = proxy.Workload;
                if (_proxies.TryGetValue(name, out var before) && before == proxy.State)
                {
                    continue;
                }

                _proxies[name] = proxy.State;
                if (_knowsProxies)
                {
                    Tell("proxy", before is null ? $"{name} has joined: {proxy.State}" : $"{name} is {proxy.State}, was {before}", before is null ? Tone.Good : Tone.Warning);
                }
            }

            _knowsProxies = true;
        }

        private void TakeEdges(Topology topology)
        {
            foreach (var edge in topology.Edges)
            {
                if (_edges.Add($"{edge.Source} -> {edge.Destination}") && _knowsEdges)
                {
                    Tell("edge", $"{edge.Source} calls {edge.Destination}, for the first time since this began", Tone.None);
                }
            }

            _knowsEdges = true;
        }

        private void TakeHealth(HomeAnswer home)
        {
            // The figures in the sentence change all the time; what it says does not.
            var said = string.Concat(home.Sentence.Where(static c => !char.IsAsciiDigit(c) && c != '.'));
            if (said != _health)
            {
                _health = said;
                Tell("health", home.Sentence, home.Verdict switch { "good" => Tone.Good, "bad" => Tone.Bad, _ => Tone.Warning });
            }
        }

        private void Tell(string what, string text, Tone tone)
            => _rows.Add(run.Host.Clock.GetUtcNow().UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture), what, new Cell(text, tone));
    }
}
