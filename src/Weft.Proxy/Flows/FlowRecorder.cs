using Weft.Contracts.Flow;
using Weft.Primitives;
using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Paths;
using Weft.Proxy.Telemetry;
using Weft.Routing;

namespace Weft.Proxy.Flows;

/// <summary>
/// Writes the flow records of one loop: every exchange at its end into a ring, those of interest (failures, slow ones, the sampled share) into one of their
/// own, where others do not push them out. Allocates nothing but the rings' pieces.
/// </summary>
internal sealed class FlowRecorder
{
    /// <summary>Ordinary records kept by all loops together.</summary>
    public const int RecentMax = 1_024;

    /// <summary>Records of interest kept by each loop.</summary>
    public const int KeptMax = 256;

    private const int RecentLeast = 64;

    private readonly EventLoop _loop;
    private readonly Current<FlowSettings> _settings;

    /// <param name="loop">Whose records.</param>
    /// <param name="clock">Wall clock.</param>
    /// <param name="settings">As the control thread publishes them.</param>
    /// <param name="loops">How many loops share <see cref="RecentMax"/>.</param>
    public FlowRecorder(EventLoop loop, TimeProvider clock, Current<FlowSettings> settings, int loops = 1)
    {
        _loop = loop;
        _settings = settings;
        Ids = new FlowIds(loop, clock);
        Recent = new FlowRing(Math.Max(RecentLeast, RecentMax / Math.Max(1, loops) / RecentLeast * RecentLeast));
    }

    public FlowIds Ids { get; }

    public FlowRing Recent { get; }

    public FlowRing Kept { get; } = new(KeptMax);

    public FlowSettings Settings => _settings.Value;

    /// <summary>Writes the record of an exchange that has ended.</summary>
    public void Write(ExchangeContext context, EndReason reason, in EdgeKey edge, in FlowParts parts, Director director)
    {
        FlowSettings settings = _settings.Value;
        FlowMark mark = MarkOf(settings, context, reason, parts);
        FlowRing ring = mark == FlowMark.None ? Recent : Kept;
        ref FlowData record = ref ring.BeginWrite();
        ref FlowFacts facts = ref record.Facts;
        facts.Edge = edge;
        facts.Parts = parts;
        facts.Mark = mark;
        facts.Reason = reason;
        facts.Status = (ushort)Math.Clamp(context.Status, 0, 999);
        facts.GrpcStatus = context.GrpcStatus;
        facts.BytesSent = context.BytesUp;
        facts.BytesReceived = context.BytesDown;
        facts.MessagesSent = context.MessagesUp.Count;
        facts.MessagesReceived = context.MessagesDown.Count;
        facts.StartUnixUs = Ids.UnixUs(context.StartedUs);
        facts.TraceId = context.Trace.TraceId;
        facts.SpanId = context.Trace.SpanId;
        facts.ParentSpanId = context.Trace.ParentSpanId;
        facts.Client = context.Arrival.Client;
        facts.OriginalDestination = context.Arrival.OriginalDestination;
        facts.Tls = context.DownstreamTls;
        facts.UpstreamTls = context.UpstreamTls;
        record.SetAttempts(context.Attempts, context.AttemptEntries);
        facts.ConsideredCount = 0;
        facts.SourceWorkload = facts.DestinationWorkload = facts.SourceZone = facts.SourceVersion = facts.Policy = null;
        facts.Detail = reason == EndReason.Ok ? null : context.Explanation;
        facts.Commit = 0;
        WriteTexts(ref record, settings, context);
        director.Describe(context, reason, mark == FlowMark.Error || settings.WantsConsidered, ref record);
        ring.EndWrite();
    }

    private static FlowMark MarkOf(FlowSettings settings, ExchangeContext context, EndReason reason, in FlowParts parts)
    {
        if (!new Ending(reason, context.Status, context.GrpcStatus, 0, 0).Success)
        {
            return FlowMark.Error;
        }

        // How long a stream stays open is up to both sides; how long its answer took is not.
        long answerUs = context.IsOpaque && context.AnsweredUs == 0 ? 0 : parts.Latency;
        return answerUs >= settings.SlowUs ? FlowMark.Slow : settings.Samples(context.Trace.TraceId) ? FlowMark.Rate : FlowMark.None;
    }

    private static void WriteTexts(ref FlowData record, FlowSettings settings, ExchangeContext context)
    {
        Span<byte> room = record.Room;
        ReadOnlySpan<byte> id = context.Trace.Id;
        id.CopyTo(room);
        int used = id.Length;
        int method = 0;
        int host = 0;
        int path = 0;
        int headers = 0;
        if (!context.IsOpaque)
        {
            MessageHead head = context.Exchange.Head;
            method = Copy(context.Method(head), room.Slice(used, FlowTexts.MethodMax));
            used += method;
            host = Copy(context.Authority(head), room.Slice(used, FlowTexts.HostMax));
            used += host;
            path = Redaction.CopyPath(context.Path(head), room.Slice(used, FlowTexts.PathMax));
            used += path;
            headers = settings.HeaderNames.Count == 0 ? 0 : CopyHeaders(settings, context, room.Slice(used, FlowTexts.HeadersMax));
        }
        else if (context.Arrival.ServerName.Length is > 0 and <= FlowTexts.HostMax)
        {
            host = System.Text.Encoding.ASCII.GetBytes(context.Arrival.ServerName, room.Slice(used, FlowTexts.HostMax));
        }

        record.SetTexts(id.Length, method, host, path, headers);
    }

    private static int CopyHeaders(FlowSettings settings, ExchangeContext context, Span<byte> room)
    {
        int used = 0;
        for (int i = 0; i < settings.HeaderNames.Count && i <= sbyte.MaxValue; i++)
        {
            if (context.Exchange.Head.TryGetField(settings.HeaderNames[i], out ReadOnlySpan<byte> value) && used + 2 < room.Length)
            {
                int length = Copy(value, room[(used + 2)..]);
                room[used] = (byte)i;
                room[used + 1] = (byte)length;
                used += 2 + length;
            }
        }

        return used;
    }

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        int length = Math.Min(from.Length, to.Length);
        from[..length].CopyTo(to);
        return length;
    }
}
