using System.Buffers;
using System.Runtime.CompilerServices;
using Weft.Contracts.Flow;
using Weft.Proxy.Telemetry;
using Weft.Routing;

namespace Weft.Proxy.Flows.AccessLogs;

/// <summary>
/// One JSON object a line, with the log keys of <see cref="FlowFields"/>: nested where they have a dot, times as ISO 8601, durations in milliseconds, flags as a
/// list. What is empty is left out. Field after field is written out by hand, because a log of every exchange is the dearest part of telemetry and a walk
/// over the catalogue costs twice as much; tests compare the lines with such a walk. One thread.
/// </summary>
internal sealed class JsonLogFormat : ILogFormat
{
    private readonly JsonMember?[] _members = Index();
    private readonly JsonLine _line = new();

    public void Write(FlowView view, IBufferWriter<byte> to)
    {
        _line.Begin();
        WriteRequest(view);
        WriteOutcome(view);
        WriteTimes(view.Data.Facts.Parts);
        Count(FlowKey.AttemptsMade, view.Data.Facts.AttemptsMade);
        Text(FlowKey.Endpoint, view.BytesOf(FlowKey.Endpoint));
        WriteSource(view);
        WriteDestination(view);
        WriteTls(view.Data.Facts);
        _line.End();
        to.Write(_line.Written);
    }

    private static JsonMember?[] Index()
    {
        JsonMember?[] members = new JsonMember?[FlowFields.All.Max(static field => (int)field.Key) + 1];
        foreach (FlowField field in FlowFields.All.Where(static field => field.LogKey.Length > 0))
        {
            members[(int)field.Key] = new JsonMember(field);
        }

        return members;
    }

    private void WriteRequest(FlowView view)
    {
        ref readonly FlowData data = ref view.Data;
        ref readonly FlowFacts facts = ref data.Facts;
        Head(FlowKey.StartUnixUs);
        _line.Time(facts.StartUnixUs);
        Shared(FlowKey.Direction, SeriesNames.Of(facts.Edge.Direction));
        Text(FlowKey.RequestId, data.Id);
        if (facts.TraceId != 0)
        {
            Head(FlowKey.TraceId);
            _line.Hex(facts.TraceId);
        }

        Id(FlowKey.SpanId, facts.SpanId);
        Id(FlowKey.ParentSpanId, facts.ParentSpanId);
        Shared(FlowKey.Protocol, SeriesNames.Of(facts.Edge.Protocol));
        Text(FlowKey.Method, data.Method);
        Text(FlowKey.Host, data.Host);
        Text(FlowKey.Path, data.Path);
        Shared(FlowKey.Template, facts.Edge.Template);
        Text(FlowKey.OriginalDestination, view.BytesOf(FlowKey.OriginalDestination));
    }

    private void WriteOutcome(FlowView view)
    {
        ref readonly FlowFacts facts = ref view.Data.Facts;
        Count(FlowKey.Status, facts.Status);
        if (facts.GrpcStatus > 0 || (facts.GrpcStatus == 0 && facts.Edge.Protocol == ExchangeProtocol.Grpc))
        {
            Head(FlowKey.GrpcStatus);
            _line.Number(facts.GrpcStatus);
        }

        Shared(FlowKey.Reason, EndReasons.Code(facts.Reason));
        WriteFlags(EnvoyFlags.Of(facts.Reason));
        Shared(FlowKey.Detail, facts.Detail);
        Count(FlowKey.BytesSent, facts.BytesSent);
        Count(FlowKey.BytesReceived, facts.BytesReceived);
        Count(FlowKey.MessagesSent, facts.MessagesSent);
        Count(FlowKey.MessagesReceived, facts.MessagesReceived);
        Shared(FlowKey.Route, facts.Edge.Route);
        Shared(FlowKey.Backend, facts.Edge.Backend);
        Shared(FlowKey.Policy, facts.Policy);
        Count(FlowKey.Commit, (long)facts.Commit);
    }

    private void WriteFlags(string flags)
    {
        if (flags.Length > 0)
        {
            Head(FlowKey.Flags);
            _line.Text(flags);
            _line.Raw("]"u8);
        }
    }

    private void WriteTimes(in FlowParts parts)
    {
        Duration(FlowKey.TotalUs, parts.Total);
        Duration(FlowKey.ClientRttUs, parts.ClientRtt);
        Duration(FlowKey.ServerRttUs, parts.ServerRtt);
        Duration(FlowKey.ApplicationUs, parts.Application);
        Duration(FlowKey.TransferUs, parts.Transfer);
        Duration(FlowKey.QueueUs, parts.Queue);
        Duration(FlowKey.ConnectUs, parts.Connect);
    }

    private void WriteSource(FlowView view)
    {
        ref readonly FlowFacts facts = ref view.Data.Facts;
        int start = _line.Open(",\"src\":"u8);
        Shared(FlowKey.SourceService, facts.Edge.Source);
        Shared(FlowKey.SourceWorkload, facts.SourceWorkload);
        Shared(FlowKey.SourceIdentity, facts.Edge.SourceIdentity);
        Shared(FlowKey.SourceZone, facts.SourceZone);
        Text(FlowKey.SourceAddress, view.BytesOf(FlowKey.SourceAddress));
        Shared(FlowKey.SourceVersion, facts.SourceVersion);
        Namespace(FlowKey.SourceNamespace, facts.Edge.Source);
        _line.Close(start, ",\"src\":"u8);
    }

    private void WriteDestination(FlowView view)
    {
        ref readonly FlowFacts facts = ref view.Data.Facts;
        int start = _line.Open(",\"dst\":"u8);
        Shared(FlowKey.DestinationService, facts.Edge.Destination);
        Shared(FlowKey.DestinationWorkload, facts.DestinationWorkload);
        Shared(FlowKey.DestinationIdentity, facts.Edge.DestinationIdentity);
        Shared(FlowKey.DestinationZone, facts.Edge.DestinationZone);
        Text(FlowKey.DestinationAddress, view.BytesOf(FlowKey.DestinationAddress));
        Shared(FlowKey.DestinationVersion, facts.Edge.DestinationVersion);
        Namespace(FlowKey.DestinationNamespace, facts.Edge.Destination);
        _line.Close(start, ",\"dst\":"u8);
    }

    private void WriteTls(in FlowFacts facts)
    {
        int start = _line.Open(",\"tls\":"u8);
        Shared(FlowKey.TlsVersion, facts.Tls.VersionText);
        Shared(FlowKey.TlsCipher, facts.Tls.CipherText);
        Flag(FlowKey.TlsMutual, facts.Edge.MutualTls);
        Flag(FlowKey.TlsResumed, facts.Tls.IsResumed);
        Shared(FlowKey.TlsUpstreamVersion, facts.UpstreamTls.VersionText);
        Shared(FlowKey.TlsUpstreamCipher, facts.UpstreamTls.CipherText);
        _line.Close(start, ",\"tls\":"u8);
    }

    // Whether a field is there is asked where it is written, so that the processor learns it for each field.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Shared(FlowKey key, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            WriteShared(key, text);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Text(FlowKey key, ReadOnlySpan<byte> utf8)
    {
        if (!utf8.IsEmpty)
        {
            Head(key);
            _line.Text(utf8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Id(FlowKey key, ulong id)
    {
        if (id != 0)
        {
            Head(key);
            _line.Hex(id);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Count(FlowKey key, long number)
    {
        if (number > 0)
        {
            Head(key);
            _line.Number(number);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Duration(FlowKey key, uint us)
    {
        if (us > 0)
        {
            Head(key);
            _line.Milliseconds(us);
        }
    }

    private void Flag(FlowKey key, bool isSet)
    {
        if (isSet)
        {
            Head(key);
            _line.Raw("true"u8);
        }
    }

    private void Namespace(FlowKey key, string service)
    {
        ReadOnlySpan<char> name = FlowFields.NamespaceOf(service);
        if (!name.IsEmpty)
        {
            Head(key);
            _line.Text(name);
        }
    }

    /// <summary>A text that many records share: most lines repeat what the line before them said.</summary>
    private void WriteShared(FlowKey key, string text)
    {
        JsonMember member = _members[(int)key]!;
        if (member.TryRepeat(text, _line))
        {
            return;
        }

        int start = _line.Written.Length;
        _line.Raw(member.Head, member.HeadLength);
        _line.Text(text);
        member.Remember(text, _line.Written[start..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Head(FlowKey key)
    {
        JsonMember member = _members[(int)key]!;
        _line.Raw(member.Head, member.HeadLength);
    }
}
