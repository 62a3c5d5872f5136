using System.Globalization;
using System.Text.Json;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Registry;
using Weft.Model;

namespace Weft.ControlPlane.Flows;

/// <summary>Joins what proxies wrote of one request. What the server was not sent, the proxies are asked for.</summary>
internal sealed class FlowStories(FlowStore store, SessionHub hub, FlowCauses causes)
{
    /// <summary>Proxies that one question asks at most.</summary>
    internal const int AskedMax = 256;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Null when nobody knows the request.</summary>
    internal async ValueTask<FlowStory?> FindAsync(string requestId, CancellationToken stop)
    {
        List<FlowRecord> hops = store.OfRequest(requestId);
        List<NamespacedName> asked = Missing(hops);
        if (asked.Count > 0)
        {
            hops = FlowOrder.Of([.. hops, .. await AskAsync(asked, requestId, stop)]);
        }

        if (hops.Count == 0)
        {
            return null;
        }

        StoryCause? cause = causes.Of(hops);
        return new FlowStory
        {
            RequestId = requestId,
            Hops = hops,
            Ok = cause is null,
            Cause = cause,
            Verdict = VerdictOf(hops, cause),
            Asked = [.. asked.Select(static name => name.ToString())],
        };
    }

    /// <summary>The workloads at the other ends of known hops that wrote nothing; of a request that nobody sent, everybody.</summary>
    private List<NamespacedName> Missing(List<FlowRecord> hops)
    {
        if (hops.Count == 0)
        {
            return [.. hub.Connected().Take(AskedMax)];
        }

        HashSet<string> wrote = [.. hops.Select(static hop => hop.Proxy)];
        HashSet<string> missing = [];
        foreach (FlowRecord hop in hops)
        {
            string other = (hop.Direction == Direction.Outbound ? hop.Destination?.Workload : hop.Source?.Workload) ?? "";
            if (other.Length > 0 && !wrote.Contains(other))
            {
                missing.Add(other);
            }
        }

        return [.. hub.Connected().Where(name => missing.Contains(name.ToString())).Take(AskedMax)];
    }

    private async Task<List<FlowRecord>> AskAsync(List<NamespacedName> proxies, string requestId, CancellationToken stop)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(s_patience);
        Dictionary<string, string> arguments = new() { ["request-id"] = requestId };
        Task<FlowRecord?>[] questions = [.. proxies.Select(proxy => AskAsync(proxy, arguments, patience.Token))];
        FlowRecord?[] answers = await Task.WhenAll(questions);
        stop.ThrowIfCancellationRequested();
        List<FlowRecord> found = [.. answers.OfType<FlowRecord>()];
        found.ForEach(record => store.Add(record, isTapped: false));
        return found;
    }

    private async Task<FlowRecord?> AskAsync(NamespacedName proxy, Dictionary<string, string> arguments, CancellationToken stop)
    {
        try
        {
            ProxyCommandOutcome outcome = await hub.SendAsync(proxy.Namespace, proxy.Name, "flow", arguments, stop);
            FlowRecord? record = outcome.Result == ProxyCommandResult.Done ? JsonSerializer.Deserialize(outcome.Text, ApiJson.Default.FlowRecord) : null;
            if (record is not null)
            {
                record.Proxy = proxy.ToString();
            }

            return record;
        }
        catch (Exception fault) when (fault is OperationCanceledException or JsonException)
        {
            // Who does not answer in time, or not in our language, has nothing to say.
            return null;
        }
    }

    /// <summary>How it ended for the caller, and where and why it went wrong.</summary>
    private static string VerdictOf(List<FlowRecord> hops, StoryCause? cause)
    {
        FlowRecord first = hops[0];
        string what = string.Join(' ', new[] { first.Method, first.Host + (first.Path.Length > 0 ? first.Path : "") }.Where(static text => text.Length > 0));
        string ending = first.Status > 0 ? string.Create(CultureInfo.InvariantCulture, $"ended with {first.Status}") : $"ended with {(first.Reason.Length > 0 ? first.Reason : "OK")}";
        string time = string.Create(CultureInfo.InvariantCulture, $" after {(first.Timing?.TotalUs ?? 0) / 1_000.0:0.#} ms");
        return $"{what} {ending}{time}" + (cause is null ? "" : $"; {cause.Source} -> {cause.Destination} (seen by the {cause.SeenBy}): {cause.Text}");
    }
}
