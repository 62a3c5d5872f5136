using System.Globalization;
using Weft.Contracts.Otlp;
using Weft.Contracts.Session;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Otlp;

/// <summary>
/// Counts spans as traffic between services, where no proxy does: what is counted twice is worse than what is not. A client's or producer's span counts on the
/// client side, a server's or consumer's on the server side; where the caller sends no spans, the callee's count for the client side too, as with proxies.
/// </summary>
internal sealed class SpanEdges(TrafficStore traffic, SenderNames names)
{
    private const int Server = 2;
    private const int Client = 3;
    private const int Producer = 4;
    private const int Consumer = 5;

    internal void Take(string service, OtlpSpan span, IReadOnlyDictionary<string, string> attributes, string? parentService, DateTimeOffset now)
    {
        if (span.Kind is Client or Producer)
        {
            if (names.OfPeer(attributes, service) is { } peer && !names.IsMeshed(service))
            {
                Count(Side.Client, service, peer, span, attributes, now);
            }
        }
        else if (span.Kind is Server or Consumer && !names.IsMeshed(service))
        {
            string caller = parentService ?? SeriesKey.Unmeshed;
            Count(Side.Server, caller, service, span, attributes, now);
            if (parentService is null && span.ParentSpanId.Length == 0)
            {
                Count(Side.Client, caller, service, span, attributes, now);
            }
        }
    }

    private void Count(Side side, string source, string destination, OtlpSpan span, IReadOnlyDictionary<string, string> attributes, DateTimeOffset now)
    {
        long us = span.EndUnixNano > span.StartUnixNano ? (long)Math.Min((span.EndUnixNano - span.StartUnixNano) / 1_000, int.MaxValue) : 0;
        int status = StatusOf(attributes);
        Figures figures = new() { Count = 1, Failures = span.Status?.Code == OtlpStatus.Error || status >= 500 ? 1u : 0u, LatencySumUs = (ulong)us };
        figures.Buckets[LatencyBuckets.IndexOf(us)] = 1;
        figures.Classes[status is >= 100 and < 600 ? status / 100 : 0] = 1;
        traffic.Add(SeriesFamily.Mesh, side, new SeriesKey("mesh"), figures, now);
        traffic.Add(SeriesFamily.Service, side, new SeriesKey(destination), figures, now);

        // The mark tells readers of the map that no proxy vouches for the edge.
        traffic.Add(SeriesFamily.Edge, side, new SeriesKey(destination, source, ProtocolOf(attributes), SeriesKey.FromSpans), figures, now);
        if (attributes.GetValueOrDefault("http.route") is { Length: > 0 and <= OtlpLimits.NameMax } route)
        {
            traffic.Add(SeriesFamily.Route, side, new SeriesKey(destination, "", "", "", route), figures, now);
        }
    }

    private static int StatusOf(IReadOnlyDictionary<string, string> attributes)
        => (attributes.TryGetValue("http.response.status_code", out string? text) || attributes.TryGetValue("http.status_code", out text))
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status) ? status : 0;

    private static string ProtocolOf(IReadOnlyDictionary<string, string> attributes)
    {
        if (attributes.ContainsKey("rpc.system") || attributes.ContainsKey("rpc.system.name"))
        {
            return "grpc";
        }

        if (attributes.ContainsKey("http.request.method") || attributes.ContainsKey("http.method"))
        {
            return "http1";
        }

        return "tcp";
    }
}
