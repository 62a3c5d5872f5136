using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Flows.AccessLogs;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Testing;
using Weft.Routing;
using Xunit;

namespace Weft.Proxy.Tests.Flows;

/// <summary>The lines of the access log against a slow twin that walks over the catalogue.</summary>
public sealed class JsonLogFormatTests
{
    private static readonly string[] Words = ["", "", "prod/shop", "10.0.0.7:80", "spiffe://mesh/ns/prod/svc/shop", "v1", "a \"quoted\" \\ word", "\u00e9\n", new string('l', 600)];

    private readonly Random _random = new(3);

    [Fact]
    public void Lines_say_what_the_catalogue_says_in_its_order()
    {
        JsonLogFormat format = new();
        FlowView view = new();
        ArrayBufferWriter<byte> line = new();
        HashSet<FlowKey> seen = [];
        for (int i = 0; i < 5_000; i++)
        {
            Fill(ref view.Data);
            line.ResetWrittenCount();
            format.Write(view, line);
            Assert.Equal((byte)'\n', line.WrittenSpan[^1]);
            using JsonDocument json = JsonDocument.Parse(line.WrittenMemory);
            Assert.Equal(Expected(view, seen), Members(json.RootElement, "").ToList());
        }

        Assert.Empty(FlowFields.All.Where(static field => field.LogKey.Length > 0).Select(static field => field.Key).Except(seen));
    }

    [Fact]
    public void A_line_costs_no_allocation_whatever_it_repeats()
    {
        JsonLogFormat format = new();
        FlowView view = new();
        ArrayBufferWriter<byte> line = new(64 * 1024);
        FlowData[] records = new FlowData[2];
        foreach (ref FlowData record in records.AsSpan())
        {
            Fill(ref record);
            record.Facts.Detail = null;
            record.Facts.Tls = record.Facts.UpstreamTls = new TlsFacts(0x0304, 0x1301, IsResumed: false);
            record.Facts.Edge = new EdgeKey { Direction = Direction.Inbound, Source = "prod/web", Destination = "prod/shop", Protocol = ExchangeProtocol.Http1 };
            record.Facts.Policy = record.Facts.SourceWorkload = record.Facts.DestinationWorkload = record.Facts.SourceZone = record.Facts.SourceVersion = "plain";
        }

        records[1].Facts.Policy = "another";
        Assert.Equal(0, Allocations.Fewest(() =>
        {
            foreach (ref FlowData record in records.AsSpan())
            {
                view.Data.CopyFrom(record);
                line.ResetWrittenCount();
                format.Write(view, line);
            }
        }));
    }

    /// <summary>Path and raw value of each field that is present; those of one nested object together, where the first of them stands.</summary>
    private static List<(string Path, string Value)> Expected(FlowView view, HashSet<FlowKey> seen)
    {
        FlowField[] logged = [.. FlowFields.All.Where(static field => field.LogKey.Length > 0)];
        List<(string Path, string Value)> members = [];
        foreach (IGrouping<string, FlowField> group in logged.GroupBy(static field => field.LogKey.Contains('.', StringComparison.Ordinal) ? field.LogKey.Split('.')[0] : ""))
        {
            foreach (FlowField field in group.Where(field => FlowJson.IsPresent(view, field)))
            {
                seen.Add(field.Key);
                members.Add((field.LogKey, ValueOf(view, field)));
            }
        }

        return members;
    }

    private static string ValueOf(FlowView view, FlowField field) => field.Kind switch
    {
        FlowFieldKind.Hex => Convert.ToHexStringLower(view.Text(field.Key).Utf8),
        FlowFieldKind.List => $"[{view.Text(field.Key).ToString()}]",
        FlowFieldKind.Time => DateTimeOffset.UnixEpoch.AddMicroseconds(view.Number(field.Key)).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
        FlowFieldKind.Duration => (view.Number(field.Key) / 1_000m).ToString("0.###", CultureInfo.InvariantCulture),
        FlowFieldKind.Flag => "true",
        _ when field.IsText => view.Text(field.Key).ToString(),
        _ => view.Number(field.Key).ToString(CultureInfo.InvariantCulture),
    };

    private static IEnumerable<(string Path, string Value)> Members(JsonElement element, string prefix)
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string path = prefix + member.Name;
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                Assert.NotEmpty(member.Value.EnumerateObject());
                foreach ((string, string) inner in Members(member.Value, path + "."))
                {
                    yield return inner;
                }
            }
            else
            {
                yield return (path, member.Value.ValueKind switch
                {
                    JsonValueKind.Array => $"[{Assert.Single(member.Value.EnumerateArray()).GetString()}]",
                    JsonValueKind.String => member.Value.GetString()!,
                    _ => member.Value.GetRawText(),
                });
            }
        }
    }

    private string Word() => Words[_random.Next(Words.Length)];

    private long Number() => _random.Next(4) switch
    {
        0 => 0,
        1 => _random.Next(1_000),
        2 => _random.Next(1_000_000),
        _ => _random.NextInt64(uint.MaxValue),
    };

    private NetAddress Address() => _random.Next(4) switch
    {
        0 => default,
        1 => NetAddress.Unix("/run/app.sock"),
        2 => NetAddress.V6(new UInt128((ulong)_random.NextInt64(), 7), 443),
        _ => NetAddress.V4((uint)_random.NextInt64(1L << 32), (ushort)_random.Next(1 << 16)),
    };

    private ulong Id() => _random.Next(3) == 0 ? 0 : (ulong)_random.NextInt64(long.MinValue, long.MaxValue);

    private TlsFacts Tls() => new((ushort)(_random.Next(2) * 0x0304), (ushort)(_random.Next(2) * 0x1301), _random.Next(2) == 0);

    private void Fill(ref FlowData record)
    {
        ref FlowFacts facts = ref record.Facts;
        facts.Edge = new EdgeKey
        {
            Direction = (Direction)(1 + _random.Next(2)),
            Source = Word(),
            SourceIdentity = Word(),
            Destination = Word(),
            DestinationIdentity = Word(),
            Backend = Word(),
            Route = Word(),
            Template = Word(),
            DestinationVersion = Word(),
            DestinationZone = Word(),
            Protocol = Enum.GetValues<ExchangeProtocol>()[_random.Next(Enum.GetValues<ExchangeProtocol>().Length)],
            MutualTls = _random.Next(2) == 0,
        };
        facts.Parts = new FlowParts
        {
            Total = (uint)Number(),
            ClientRtt = (uint)Number(),
            ServerRtt = (uint)Number(),
            Application = (uint)Number(),
            Transfer = (uint)Number(),
            Queue = (uint)Number(),
            Connect = (uint)Number(),
        };
        facts.StartUnixUs = 1_795_860_000_000_000 + _random.NextInt64(100_000_000);
        facts.TraceId = new UInt128(Id(), Id());
        (facts.SpanId, facts.ParentSpanId) = (Id(), Id());
        (facts.BytesSent, facts.BytesReceived, facts.MessagesSent, facts.MessagesReceived, facts.Commit) = (Number(), Number(), Number(), Number(), (ulong)Number());
        (facts.Client, facts.OriginalDestination) = (Address(), Address());
        (facts.SourceWorkload, facts.DestinationWorkload, facts.SourceZone, facts.SourceVersion, facts.Policy, facts.Detail) = (Word(), null, Word(), Word(), Word(), Word());
        facts.DestinationWorkload = Word();
        (facts.Tls, facts.UpstreamTls) = (Tls(), Tls());
        facts.GrpcStatus = _random.Next(-1, 17);
        facts.Status = (ushort)(_random.Next(3) == 0 ? 0 : _random.Next(100, 600));
        facts.Reason = Enum.GetValues<EndReason>()[_random.Next(Enum.GetValues<EndReason>().Length)];
        AttemptEntries attempts = default;
        attempts[0].Endpoint = Address();
        record.SetAttempts(_random.Next(2), attempts);
        int used = 0;
        int id = Put(record.Room, ref used, IdText.Max);
        int method = Put(record.Room, ref used, FlowTexts.MethodMax);
        int host = Put(record.Room, ref used, FlowTexts.HostMax);
        int path = Put(record.Room, ref used, FlowTexts.PathMax);
        record.SetTexts(id, method, host, path, 0);
    }

    private int Put(Span<byte> room, ref int used, int most)
    {
        byte[] word = Encoding.UTF8.GetBytes(Word());
        if (word.Length > most)
        {
            word = [];
        }

        word.CopyTo(room[used..]);
        used += word.Length;
        return word.Length;
    }
}
