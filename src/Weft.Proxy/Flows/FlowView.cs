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

    public int AttemptCount => Data.AttemptCount;

    public int ConsideredCount => Data.ConsideredCount;

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
        return bytes.IsEmpty ? new FlowText(CharactersOf(key)) : new FlowText(bytes);
    }

    public long Number(FlowKey key) => key switch
    {
        FlowKey.StartUnixUs => Data.StartUnixUs,
        FlowKey.Status => Data.Status,
        FlowKey.GrpcStatus => Data.GrpcStatus,
        FlowKey.BytesSent => Data.BytesSent,
        FlowKey.BytesReceived => Data.BytesReceived,
        FlowKey.Bytes => Data.BytesSent + Data.BytesReceived,
        FlowKey.MessagesSent => Data.MessagesSent,
        FlowKey.MessagesReceived => Data.MessagesReceived,
        FlowKey.Commit => (long)Data.Commit,
        FlowKey.TotalUs => Data.Parts.Total,
        FlowKey.ClientRttUs => Data.Parts.ClientRtt,
        FlowKey.ServerRttUs => Data.Parts.ServerRtt,
        FlowKey.ApplicationUs => Data.Parts.Application,
        FlowKey.TransferUs => Data.Parts.Transfer,
        FlowKey.QueueUs => Data.Parts.Queue,
        FlowKey.ConnectUs => Data.Parts.Connect,
        FlowKey.TlsMutual => Data.Edge.MutualTls ? 1 : 0,
        FlowKey.TlsResumed => Data.Tls.IsResumed ? 1 : 0,
        FlowKey.AttemptsMade => Data.AttemptsMade,
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
        FlowRecord record = new() { Direction = Data.Edge.Direction, StartUnixUs = Data.StartUnixUs, GrpcStatus = Data.GrpcStatus };
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
        FlowKey.Direction => SeriesNames.Of(Data.Edge.Direction),
        FlowKey.Protocol => SeriesNames.Of(Data.Edge.Protocol),
        FlowKey.Template => Data.Edge.Template,
        FlowKey.Reason => EndReasons.Code(Data.Reason),
        FlowKey.Flags => EnvoyFlags.Of(Data.Reason),
        FlowKey.Detail => Data.Detail,
        FlowKey.Route => Data.Edge.Route,
        FlowKey.Backend => Data.Edge.Backend,
        FlowKey.Policy => Data.Policy,
        FlowKey.Sampled => NameOf(Data.Mark),
        FlowKey.SourceService => Data.Edge.Source,
        FlowKey.SourceWorkload => Data.SourceWorkload,
        FlowKey.SourceIdentity => Data.Edge.SourceIdentity,
        FlowKey.SourceZone => Data.SourceZone,
        FlowKey.SourceVersion => Data.SourceVersion,
        FlowKey.DestinationService => Data.Edge.Destination,
        FlowKey.DestinationWorkload => Data.DestinationWorkload,
        FlowKey.DestinationIdentity => Data.Edge.DestinationIdentity,
        FlowKey.DestinationZone => Data.Edge.DestinationZone,
        FlowKey.DestinationVersion => Data.Edge.DestinationVersion,
        FlowKey.TlsVersion => Data.Tls.VersionText,
        FlowKey.TlsCipher => Data.Tls.CipherText,
        FlowKey.TlsUpstreamVersion => Data.UpstreamTls.VersionText,
        FlowKey.TlsUpstreamCipher => Data.UpstreamTls.CipherText,
        _ => null,
    };

    private ReadOnlySpan<byte> BytesOf(FlowKey key) => key switch
    {
        FlowKey.RequestId => Data.Id,
        FlowKey.TraceId => TraceId(),
        FlowKey.SpanId => Span(Data.SpanId, 16),
        FlowKey.ParentSpanId => Span(Data.ParentSpanId, 24),
        FlowKey.Method => Data.Method,
        FlowKey.Host => Data.Host,
        FlowKey.Path => Data.Path,
        _ => default,
    };

    private ReadOnlySpan<char> CharactersOf(FlowKey key) => key switch
    {
        FlowKey.OriginalDestination => _addresses.Spell(Data.OriginalDestination),
        FlowKey.SourceAddress => _addresses.Spell(Data.Client),
        FlowKey.DestinationAddress or FlowKey.Endpoint => _addresses.Spell(Data.Server),
        FlowKey.SourceNamespace => FlowFields.NamespaceOf(Data.Edge.Source),
        FlowKey.DestinationNamespace => FlowFields.NamespaceOf(Data.Edge.Destination),
        _ => default,
    };

    private ReadOnlySpan<byte> TraceId()
    {
        if (Data.TraceId == 0)
        {
            return default;
        }

        BinaryPrimitives.WriteUInt128BigEndian(_ids, Data.TraceId);
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
