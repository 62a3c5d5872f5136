using System.Buffers.Binary;
using System.Text;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.Proxy.Telemetry;
using Weft.Routing;

namespace Weft.Proxy.Flows;

/// <summary>
/// A record of a ring as the control thread looks at it: filters and writers read from it without a message being made. One is reused for all records; addresses
/// and ids are spelled into memory of its own when asked for.
/// </summary>
internal sealed class FlowView : IFlowView
{
    /// <summary>The record; filled by a cursor.</summary>
    public FlowData Data;

    private readonly AddressTexts _addresses = new();
    private readonly byte[] _ids = new byte[32];

    /// <summary>Names of the header fields that the records' numbers stand for.</summary>
    public IReadOnlyList<byte[]> HeaderNames { get; set; } = [];

    public int AttemptCount => Data.Facts.AttemptCount;

    public int ConsideredCount => Data.Facts.ConsideredCount;

    public int HeaderCount
    {
        get
        {
            int count = 0;
            for (ReadOnlySpan<byte> rest = Data.Headers; rest.Length >= 2; rest = rest[(2 + rest[1])..])
            {
                count++;
            }

            return count;
        }
    }

    public FlowText Text(FlowKey key)
    {
        // Each kind has a method of its own: one that could return any of them would clear room for all on every call.
        if (StringOf(key) is { } text)
        {
            return new FlowText(text.AsSpan());
        }

        ReadOnlySpan<byte> bytes = BytesOf(key);
        return bytes.IsEmpty ? new FlowText(NamespaceOf(key)) : new FlowText(bytes);
    }

    /// <summary>The text of a field that is made of bytes of the record or an address in it, until the next call; empty for others.</summary>
    public ReadOnlySpan<byte> BytesOf(FlowKey key) => key switch
    {
        FlowKey.RequestId => Data.Id,
        FlowKey.TraceId => TraceId(),
        FlowKey.SpanId => Span(Data.Facts.SpanId, 16),
        FlowKey.ParentSpanId => Span(Data.Facts.ParentSpanId, 24),
        FlowKey.Method => Data.Method,
        FlowKey.Host => Data.Host,
        FlowKey.Path => Data.Path,
        FlowKey.OriginalDestination => _addresses.Spell(Data.Facts.OriginalDestination),
        FlowKey.SourceAddress => _addresses.Spell(Data.Facts.Client),
        FlowKey.DestinationAddress or FlowKey.Endpoint => _addresses.Spell(Data.Server),
        _ => default,
    };

    public long Number(FlowKey key) => key switch
    {
        FlowKey.StartUnixUs => Data.Facts.StartUnixUs,
        FlowKey.Status => Data.Facts.Status,
        FlowKey.GrpcStatus => Data.Facts.GrpcStatus,
        FlowKey.BytesSent => Data.Facts.BytesSent,
        FlowKey.BytesReceived => Data.Facts.BytesReceived,
        FlowKey.Bytes => Data.Facts.BytesSent + Data.Facts.BytesReceived,
        FlowKey.MessagesSent => Data.Facts.MessagesSent,
        FlowKey.MessagesReceived => Data.Facts.MessagesReceived,
        FlowKey.Commit => (long)Data.Facts.Commit,
        FlowKey.TotalUs => Data.Facts.Parts.Total,
        FlowKey.ClientRttUs => Data.Facts.Parts.ClientRtt,
        FlowKey.ServerRttUs => Data.Facts.Parts.ServerRtt,
        FlowKey.ApplicationUs => Data.Facts.Parts.Application,
        FlowKey.TransferUs => Data.Facts.Parts.Transfer,
        FlowKey.QueueUs => Data.Facts.Parts.Queue,
        FlowKey.ConnectUs => Data.Facts.Parts.Connect,
        FlowKey.TlsMutual => Data.Facts.Edge.MutualTls ? 1 : 0,
        FlowKey.TlsResumed => Data.Facts.Tls.IsResumed ? 1 : 0,
        FlowKey.AttemptsMade => Data.Facts.AttemptsMade,
        _ => 0,
    };

    public Attempt AttemptAt(int index)
    {
        ref readonly AttemptEntry entry = ref Data.Attempts[index];
        return new Attempt
        {
            Endpoint = entry.Endpoint.ToString(),
            Reason = EndReasons.Code(entry.Reason),
            ConnectUs = entry.ConnectUs,
            WaitUs = entry.WaitUs,
            QueueUs = entry.QueueUs,
            Status = entry.Status,
        };
    }

    public Considered ConsideredAt(int index)
    {
        ref readonly ConsideredEntry entry = ref Data.Considered[index];
        return new Considered { Endpoint = entry.Endpoint.ToString(), Verdict = NameOf(entry.Verdict), EwmaUs = entry.EwmaUs, Active = entry.Active };
    }

    public Header HeaderAt(int index)
    {
        ReadOnlySpan<byte> rest = Data.Headers;
        for (int i = 0; i < index; i++)
        {
            rest = rest[(2 + rest[1])..];
        }

        // The names may have changed since the record was written: then it says nothing.
        string name = rest[0] < HeaderNames.Count ? Encoding.ASCII.GetString(HeaderNames[rest[0]]) : "";
        string value = name.Length == 0 || Redaction.IsSecretHeader(name) ? Redaction.Mark : Encoding.UTF8.GetString(rest.Slice(2, rest[1]));
        return new Header { Name = name, Value = value };
    }

    /// <summary>Makes a message of the record.</summary>
    public FlowRecord ToRecord()
    {
        FlowRecord record = new() { Direction = Data.Facts.Edge.Direction, StartUnixUs = Data.Facts.StartUnixUs, GrpcStatus = Data.Facts.GrpcStatus };
        foreach (FlowField field in FlowFields.InJson)
        {
            if (FlowJson.IsPresent(this, field))
            {
                field.Copy(this, record);
            }
        }

        for (int i = 0; i < AttemptCount; i++)
        {
            record.Attempts.Add(AttemptAt(i));
        }

        for (int i = 0; i < ConsideredCount; i++)
        {
            record.Considered.Add(ConsideredAt(i));
        }

        for (int i = 0; i < HeaderCount; i++)
        {
            record.Headers.Add(HeaderAt(i));
        }

        return record;
    }

    private static string NameOf(FlowMark mark) => mark switch
    {
        FlowMark.Error => "error",
        FlowMark.Slow => "slow",
        FlowMark.Rate => "rate",
        _ => "",
    };

    private static string NameOf(EndpointVerdict verdict) => verdict switch
    {
        EndpointVerdict.Chosen => "chosen",
        EndpointVerdict.Tried => "tried",
        EndpointVerdict.Slower => "slower",
        EndpointVerdict.Ejected => "ejected",
        EndpointVerdict.Draining => "draining",
        _ => "unhealthy",
    };

    private string? StringOf(FlowKey key) => key switch
    {
        FlowKey.Direction => SeriesNames.Of(Data.Facts.Edge.Direction),
        FlowKey.Protocol => SeriesNames.Of(Data.Facts.Edge.Protocol),
        FlowKey.Template => Data.Facts.Edge.Template,
        FlowKey.Reason => EndReasons.Code(Data.Facts.Reason),
        FlowKey.Flags => EnvoyFlags.Of(Data.Facts.Reason),
        FlowKey.Detail => Data.Facts.Detail,
        FlowKey.Route => Data.Facts.Edge.Route,
        FlowKey.Backend => Data.Facts.Edge.Backend,
        FlowKey.Policy => Data.Facts.Policy,
        FlowKey.Sampled => NameOf(Data.Facts.Mark),
        FlowKey.SourceService => Data.Facts.Edge.Source,
        FlowKey.SourceWorkload => Data.Facts.SourceWorkload,
        FlowKey.SourceIdentity => Data.Facts.Edge.SourceIdentity,
        FlowKey.SourceZone => Data.Facts.SourceZone,
        FlowKey.SourceVersion => Data.Facts.SourceVersion,
        FlowKey.DestinationService => Data.Facts.Edge.Destination,
        FlowKey.DestinationWorkload => Data.Facts.DestinationWorkload,
        FlowKey.DestinationIdentity => Data.Facts.Edge.DestinationIdentity,
        FlowKey.DestinationZone => Data.Facts.Edge.DestinationZone,
        FlowKey.DestinationVersion => Data.Facts.Edge.DestinationVersion,
        FlowKey.TlsVersion => Data.Facts.Tls.VersionText,
        FlowKey.TlsCipher => Data.Facts.Tls.CipherText,
        FlowKey.TlsUpstreamVersion => Data.Facts.UpstreamTls.VersionText,
        FlowKey.TlsUpstreamCipher => Data.Facts.UpstreamTls.CipherText,
        _ => null,
    };

    private ReadOnlySpan<char> NamespaceOf(FlowKey key) => key switch
    {
        FlowKey.SourceNamespace => FlowFields.NamespaceOf(Data.Facts.Edge.Source),
        FlowKey.DestinationNamespace => FlowFields.NamespaceOf(Data.Facts.Edge.Destination),
        _ => default,
    };

    private ReadOnlySpan<byte> TraceId()
    {
        if (Data.Facts.TraceId == 0)
        {
            return default;
        }

        BinaryPrimitives.WriteUInt128BigEndian(_ids, Data.Facts.TraceId);
        return _ids.AsSpan(0, 16);
    }

    private ReadOnlySpan<byte> Span(ulong id, int at)
    {
        if (id == 0)
        {
            return default;
        }

        BinaryPrimitives.WriteUInt64BigEndian(_ids.AsSpan(at, 8), id);
        return _ids.AsSpan(at, 8);
    }
}
