using System.Buffers.Binary;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Names;
using Weft.Proxy.Tests.Testing;
using Weft.Wire.Dns;

namespace Weft.Proxy.Tests.Names;

/// <summary>The relay's own resolver against scripted name servers; the clock stands still.</summary>
public sealed class ResolverTests : IResolverNetwork
{
    private static readonly NetAddress First = NetAddress.V4(0x0a000035, 53);
    private static readonly NetAddress Second = NetAddress.V4(0x0a000036, 53);

    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly Resolver _resolver;
    private readonly List<(NetAddress Server, byte[] Packet)> _asked = [];
    private readonly List<Socket> _sockets = [];
    private string _hosts = "";

    public ResolverTests()
    {
        _loop = new EventLoop(new NullPoller(), _clock);
        _resolver = new Resolver(_loop, this, () => ResolverFiles.Parse("nameserver 10.0.0.53\nnameserver 10.0.0.54\n", _hosts));
        Answer = (server, query) => Reply(query, query.Type == DnsType.A ? 30u : 20u, query.Type == DnsType.A ? ["10.0.0.1", "10.0.0.2"] : ["fd00::1"]);
    }

    /// <summary>What servers answer; null is silence.</summary>
    private Func<NetAddress, Query, byte[]?> Answer { get; set; }

    private Func<NetAddress, Query, byte[]?> AnswerOverTcp { get; set; } = static (_, _) => null;

    [Fact]
    public void Both_families_are_asked_and_tried_by_turns()
    {
        Assert.Equal("fd00::1 10.0.0.1 10.0.0.2", Resolve("db.example"));
        Assert.Equal(2, _asked.Count);
        Assert.NotEqual(_asked[0].Packet[..2], _asked[1].Packet[..2]);
        Assert.All(_sockets, static socket => Assert.True(socket.IsClosed));
    }

    [Fact]
    public void An_answer_is_kept_as_long_as_it_says()
    {
        Resolve("db.example");
        Advance(19_000);
        Resolve("DB.example");
        Assert.Equal(2, _asked.Count);
        Advance(1_500);
        Resolve("db.example");
        Assert.Equal(4, _asked.Count);
    }

    [Theory]
    [InlineData(0, 900, 1_100)]
    [InlineData(1_000_000, 3_500_000, 3_700_000)]
    public void But_for_a_second_at_least_and_an_hour_at_most(uint ttl, int stillMs, int notMs)
    {
        Answer = (_, query) => Reply(query, ttl, query.Type == DnsType.A ? ["10.0.0.1"] : []);
        Resolve("db.example");
        Advance(stillMs);
        Resolve("db.example");
        Assert.Equal(2, _asked.Count);
        Advance(notMs - stillMs);
        Resolve("db.example");
        Assert.Equal(4, _asked.Count);
    }

    [Fact]
    public void The_last_answer_is_kept_for_ten_minutes_without_a_server()
    {
        string addresses = Resolve("db.example");
        Answer = static (_, _) => null;
        Advance(60_000);
        Assert.Equal(addresses, Resolve("db.example"));
        Advance(500_000);
        Assert.Equal(addresses, Resolve("db.example"));
        Advance(100_000);
        Assert.Equal("", Resolve("db.example"));
    }

    [Fact]
    public void A_name_that_is_gone_is_gone()
    {
        Resolve("db.example");
        Answer = static (_, query) => Reply(query, 0, [], DnsResponseCode.NameError);
        Advance(60_000);
        Assert.Equal("", Resolve("db.example"));
    }

    [Fact]
    public void A_server_that_is_silent_or_cannot_say_is_passed_over()
    {
        Answer = (server, query) => server == First ? null : Reply(query, 30, query.Type == DnsType.A ? ["10.0.0.9"] : []);
        Assert.Equal("10.0.0.9", Resolve("db.example"));
        Answer = (server, query) => server == First ? Reply(query, 0, [], DnsResponseCode.ServerFailure) : Reply(query, 30, query.Type == DnsType.A ? ["10.0.0.8"] : []);
        Assert.Equal("10.0.0.8", Resolve("other.example"));
        Assert.Contains(_asked, static asked => asked.Server == Second);
    }

    [Fact]
    public void When_one_family_is_silent_the_other_is_enough_after_a_moment()
    {
        Answer = static (_, query) => query.Type == DnsType.A ? Reply(query, 30, ["10.0.0.1"]) : null;
        Task<IReadOnlyList<NetAddress>> resolving = _resolver.ResolveAsync("db.example").AsTask();
        Settle();
        Assert.False(resolving.IsCompleted);
        Advance(100);
        Assert.True(resolving.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_truncated_answer_is_fetched_over_TCP()
    {
        Answer = static (_, query) =>
        {
            byte[] reply = Reply(query, 0, []);
            reply[2] |= 2;
            return reply;
        };
        AnswerOverTcp = static (_, query) => Reply(query, 30, query.Type == DnsType.A ? ["10.0.0.1"] : []);
        Assert.Equal("10.0.0.1", Resolve("db.example"));
    }

    [Fact]
    public void Answers_that_were_not_asked_for_are_not_heard()
    {
        Answer = static (_, query) =>
        {
            byte[] reply = Reply(query, 30, query.Type == DnsType.A ? ["6.6.6.6"] : []);
            reply[0] ^= 1;
            return reply;
        };
        Assert.Equal("", Resolve("db.example"));
    }

    [Fact]
    public async Task An_answer_from_elsewhere_is_not_heard()
    {
        Answer = static (_, _) => null;
        Task<IReadOnlyList<NetAddress>> resolving = _resolver.ResolveAsync("db.example").AsTask();
        Settle();
        Query query = new(_asked[^1].Packet);
        _sockets[^1].Received(Reply(query, 30, ["6.6.6.6"]), Second);
        Settle();
        Advance(10_000);
        Advance(10_000);
        Advance(10_000);
        Advance(10_000);
        Assert.True(resolving.IsCompletedSuccessfully);
        Assert.Empty(await resolving);
    }

    [Fact]
    public void Those_who_ask_at_the_same_time_share_one_lookup()
    {
        Func<NetAddress, Query, byte[]?> answer = Answer;
        Answer = static (_, _) => null;
        List<Task<IReadOnlyList<NetAddress>>> all = [.. Enumerable.Range(0, 100).Select(_ => _resolver.ResolveAsync("db.example").AsTask())];
        Settle();
        Assert.Equal(2, _asked.Count);
        foreach ((NetAddress server, byte[] packet) in _asked.ToArray())
        {
            _sockets[^1].Received(answer(server, new Query(packet))!, server);
        }

        Settle();
        Assert.All(all, static task => Assert.Equal(3, task.Result.Count));
    }

    [Fact]
    public void The_hosts_file_goes_first()
    {
        _hosts = "# comment\n127.0.0.2\tdb.example db # more\n::1 db.example\nnonsense db.example\n";
        Assert.Equal("127.0.0.2 ::1", Resolve("db.example"));
        Assert.Empty(_asked);
    }

    IClosableDatagrams IResolverNetwork.Open(NetFamily family, DatagramReceiver received)
    {
        _sockets.Add(new Socket(this, received));
        return _sockets[^1];
    }

    ValueTask<byte[]?> IResolverNetwork.AskOverTcpAsync(NetAddress server, byte[] query, int timeoutMs) => new(AnswerOverTcp(server, new Query(query)));

    private static byte[] Reply(Query query, uint ttl, string[] addresses, DnsResponseCode code = DnsResponseCode.NoError)
    {
        byte[] bytes = new byte[512];
        query.Packet.AsSpan(0, query.End).CopyTo(bytes);
        bytes[2] = 0x81;
        bytes[3] = (byte)(0x80 | (int)code);
        bytes[7] = (byte)addresses.Length;
        bytes[11] = 0;
        int at = query.End;
        foreach (string address in addresses)
        {
            byte[] data = System.Net.IPAddress.Parse(address).GetAddressBytes();
            bytes[at] = 0xC0;
            bytes[at + 1] = 12;
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at + 2), (ushort)query.Type);
            bytes[at + 5] = 1;
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at + 6), ttl);
            bytes[at + 11] = (byte)data.Length;
            data.CopyTo(bytes, at + 12);
            at += 12 + data.Length;
        }

        return bytes[..at];
    }

    private string Resolve(string name)
    {
        Task<IReadOnlyList<NetAddress>> resolving = _resolver.ResolveAsync(name).AsTask();
        Settle();
        for (int i = 0; i < 100 && !resolving.IsCompleted; i++)
        {
            Advance(100);
        }

        Assert.True(resolving.IsCompletedSuccessfully, "it did not end within ten seconds");
        return string.Join(' ', resolving.Result.Select(static address => address.HostText));
    }

    private void Advance(int ms)
    {
        _clock.AdvanceMs(ms);
        Settle();
    }

    private void Settle()
    {
        while (_loop.RunOnce())
        {
        }
    }

    private sealed class Query
    {
        public Query(byte[] packet)
        {
            Packet = packet;
            Assert.True(DnsReader.TryReadQuery(packet, out DnsQuery query, out _));
            Type = query.Type;
            End = 12 + query.QuestionLength;
        }

        public byte[] Packet { get; }

        public DnsType Type { get; }

        /// <summary>Where the question ends.</summary>
        public int End { get; }
    }

    private sealed class Socket(ResolverTests test, DatagramReceiver received) : IClosableDatagrams
    {
        public bool IsClosed { get; private set; }

        public DatagramReceiver Received => received;

        public void Close() => IsClosed = true;

        public void Send(ReadOnlySpan<byte> packet, NetAddress to)
        {
            byte[] copy = packet.ToArray();
            test._asked.Add((to, copy));
            if (test.Answer(to, new Query(copy)) is { } answer)
            {
                test._loop.Ready(() =>
                {
                    if (!IsClosed)
                    {
                        received(answer, to);
                    }
                });
            }
        }
    }
}
