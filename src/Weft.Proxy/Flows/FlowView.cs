using System.Globalization;
using System.Text;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.Primitives.Net;
using Weft.Proxy.Telemetry;
using Weft.Routing;

namespace Weft.Proxy.Flows;

/// <summary>
/// A record of a ring as the control thread looks at it: filters and writers read from it without a message being made. One is reused for all records; addresses
/// and ids are spelled into memory of its own when asked for.
/// </summary>
internal sealed class FlowView : IFlowView
{
    private const int AddressMax = 128;

    /// <summary>The record; filled by a cursor.</summary>
    public FlowData Data;

    private readonly char[] _addresses = new char[4 * AddressMax];
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

    public FlowText Text(FlowKey key) => key switch
    {
        FlowKey.Direction => Of(SeriesNames.Of(Data.Edge.Direction)),
        FlowKey.RequestId => new FlowText(Data.Id),
        FlowKey.TraceId => Data.TraceId == 0 ? default : TraceId(),
        FlowKey.SpanId => Span(Data.SpanId, 16),
        FlowKey.ParentSpanId => Span(Data.ParentSpanId, 24),
        FlowKey.Protocol => Of(SeriesNames.Of(Data.Edge.Protocol)),
        FlowKey.Method => new FlowText(Data.Method),
        FlowKey.Host => new FlowText(Data.Host),
        FlowKey.Path => new FlowText(Data.Path),
        FlowKey.Template => Of(Data.Edge.Template),
        FlowKey.OriginalDestination => Address(Data.OriginalDestination, 0),
        FlowKey.Reason => Of(EndReasons.Code(Data.Reason)),
        FlowKey.Flags => Of(EnvoyFlags.Of(Data.Reason)),
        FlowKey.Detail => Of(Data.Detail),
        FlowKey.Route => Of(Data.Edge.Route),
        FlowKey.Backend => Of(Data.Edge.Backend),
        FlowKey.Policy => Of(Data.Policy),
        FlowKey.Sampled => Of(NameOf(Data.Mark)),
        FlowKey.SourceService => Of(Data.Edge.Source),
        FlowKey.SourceWorkload => Of(Data.SourceWorkload),
        FlowKey.SourceIdentity => Of(Data.Edge.SourceIdentity),
        FlowKey.SourceZone => Of(Data.SourceZone),
        FlowKey.SourceVersion => Of(Data.SourceVersion),
        FlowKey.SourceAddress => Address(Data.Client, 1),
        FlowKey.SourceNamespace => new FlowText(FlowFields.NamespaceOf(Data.Edge.Source)),
        FlowKey.DestinationService => Of(Data.Edge.Destination),
        FlowKey.DestinationWorkload => Of(Data.DestinationWorkload),
        FlowKey.DestinationIdentity => Of(Data.Edge.DestinationIdentity),
        FlowKey.DestinationZone => Of(Data.Edge.DestinationZone),
        FlowKey.DestinationVersion => Of(Data.Edge.DestinationVersion),
        FlowKey.DestinationAddress => Address(Data.Server, 2),
        FlowKey.DestinationNamespace => new FlowText(FlowFields.NamespaceOf(Data.Edge.Destination)),
        FlowKey.Endpoint => Address(Data.Server, 3),
        FlowKey.TlsVersion => Of(Data.Tls.VersionText),
        FlowKey.TlsCipher => Of(Data.Tls.CipherText),
        FlowKey.TlsUpstreamVersion => Of(Data.UpstreamTls.VersionText),
        FlowKey.TlsUpstreamCipher => Of(Data.UpstreamTls.CipherText),
        _ => default,
    };

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

    private static FlowText Of(string? text) => new(text.AsSpan());

    private FlowText TraceId()
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(_ids, Data.TraceId);
        return new FlowText((ReadOnlySpan<byte>)_ids.AsSpan(0, 16));
    }

    private FlowText Span(ulong id, int at)
    {
        if (id == 0)
        {
            return default;
        }

        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(_ids.AsSpan(at, 8), id);
        return new FlowText((ReadOnlySpan<byte>)_ids.AsSpan(at, 8));
    }

    private static void Put(Span<char> room, ref int length, uint number)
    {
        number.TryFormat(room[length..], out int written, default, CultureInfo.InvariantCulture);
        length += written;
    }

    private FlowText Address(NetAddress address, int place)
    {
        if (address.Family == NetFamily.None)
        {
            return default;
        }

        Span<char> room = _addresses.AsSpan(place * AddressMax, AddressMax);
        if (address.Family == NetFamily.V4)
        {
            uint bits = address.V4Bits;
            int length = 0;
            for (int shift = 24; shift >= 0; shift -= 8)
            {
                Put(room, ref length, (bits >> shift) & 255);
                room[length++] = shift == 0 ? ':' : '.';
            }

            Put(room, ref length, address.Port);
            return new FlowText((ReadOnlySpan<char>)room[..length]);
        }

        return new FlowText(address.ToString().AsSpan());
    }
}
