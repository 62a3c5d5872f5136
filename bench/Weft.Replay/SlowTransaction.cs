using System.Security.Cryptography;
using System.Net.Http.Json;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;

namespace Weft.Replay;

/// <summary>One transaction over four services of which the last takes two seconds, told by eight proxies as they would, and then searched for as a
/// person would who only knows that something is slow.</summary>
internal static class SlowTransaction
{
    private const uint SlowUs = 2_000_000;

    /// <summary>Has the records sent.</summary>
    /// <returns>The services on the way, the slow one last.</returns>
    internal static async Task<string[]> PlantAsync(IReadOnlyList<PlayedProxy> proxies)
    {
        string[] path = [MeshPlan.FullName(11), MeshPlan.FullName(222 % proxies.Count), MeshPlan.FullName(133 % proxies.Count), MeshPlan.FullName(44)];
        byte[] trace = RandomNumberGenerator.GetBytes(16), parent = [];
        string requestId = "";
        for (int hop = 0; hop + 1 < path.Length; hop++)
        {
            requestId = Guid.NewGuid().ToString();
            foreach (Direction direction in (Direction[])[Direction.Outbound, Direction.Inbound])
            {
                byte[] span = RandomNumberGenerator.GetBytes(8);
                uint totalUs = SlowUs + (uint)((path.Length - hop) * 2_000) - (direction == Direction.Inbound ? 500u : 0);
                FlowRecord record = FlowMaker.Make(direction, path[hop], path[hop + 1], requestId, trace, span, parent, totalUs, totalUs - 400, 200, "slow");
                await proxies[(hop * 2) + (int)direction].SendAsync([record]);
                parent = span;
            }
        }

        return path;
    }

    /// <summary>Three questions: which requests are slow, what the trace of the slowest looks like, and why its last hop took so long.</summary>
    /// <returns>How long each took, and the culprit that the third one names; null when the path is not the planted one.</returns>
    internal static async Task<(List<ApiTime> Times, string? Culprit)> FindAsync(HttpClient api, string[] path)
    {
        List<ApiTime> times = [];
        FlowList list = await ApiTime.AskAsync(api, times, "slow requests", "/v1/flows?limit=50&filter=" + Uri.EscapeDataString("latency > 1s"), ApiJson.Default.FlowList);
        FlowRecord? slowest = list.Flows.MaxBy(static flow => flow.Timing?.TotalUs ?? 0);
        if (slowest is null)
        {
            return (times, null);
        }

        string id = Convert.ToHexStringLower(slowest.TraceId);
        TraceAnswer trace = await ApiTime.AskAsync(api, times, "trace of the slowest", "/v1/traces/" + id, ApiJson.Default.TraceAnswer);
        SpanItem last = trace.Spans[^1];
        FlowStory story = await ApiTime.AskAsync(api, times, "story of its last hop", "/v1/flows/" + last.Attributes["requestId"], ApiJson.Default.FlowStory);
        string[] services = [.. trace.Spans.Select(static span => span.Service).Distinct(StringComparer.Ordinal)];
        bool isWhole = services.Order(StringComparer.Ordinal).SequenceEqual(path.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return (times, isWhole ? story.Hops.MaxBy(static hop => hop.Timing?.ApplicationUs ?? 0)?.Destination?.Service : null);
    }
}
