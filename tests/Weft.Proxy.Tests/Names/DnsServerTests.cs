using System.Buffers.Binary;
using System.Text;
using Weft.Primitives.Net;
using Weft.Proxy.Discovery;
using Weft.Proxy.Engine;
using Weft.Proxy.Names;
using Weft.Proxy.Tests.Testing;
using Weft.Wire.Dns;

namespace Weft.Proxy.Tests.Names;

public sealed class DnsServerTests
{
    private static readonly NetAddress Client = NetAddress.V4(0x7f000001, 5555);
    private static readonly NetAddress Resolver = NetAddress.V4(0x0a000002, 53);

    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly Sent _clients = new();
    private readonly Sent _upstream = new();
    private readonly ScriptedNames _names = new();
    private readonly DnsForwarder _forwarder;
    private readonly DnsServer _server;

    public DnsServerTests()
    {
        _loop = new EventLoop(new NullPoller(), _clock);
        _forwarder = new DnsForwarder(_loop, _upstream, Resolver);
        _server = new DnsServer(_names, _clients, _forwarder);
    }

    [Fact]
    public void A_mesh_name_is_answered_with_the_virtual_address_for_five_seconds()
    {
        _names.Known["cart"] = (Lookup.Found, NetAddress.V4(0xf04d0001, 0));
        byte[] query = Query("CaRt", DnsType.A);
        _server.Receive(query, Client);

        byte[] answer = _clients.Only(Client);
        Assert.Equal((0x1234, 0, 1), (Id(answer), Code(answer), Answers(answer)));
        Assert.Equal(5u, BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(query.Length + 6)));
        Assert.Equal([240, 77, 0, 1], answer[^4..]);
        Assert.Equal(query[12..], answer[12..query.Length]);
    }

    [Fact]
    public void Where_there_is_IPv6_a_mesh_name_has_a_virtual_address_of_it_that_means_the_same()
    {
        DnsServer server = new(_names, _clients, _forwarder) { AnswersV6 = static () => true };
        _names.Known["cart"] = (Lookup.Found, NetAddress.V4(0xf04d0001, 0));
        server.Receive(Query("cart", DnsType.Aaaa), Client);
        byte[] answer = _clients.Only(Client);
        Assert.Equal((0, 1), (Code(answer), Answers(answer)));
        UInt128 bits = BinaryPrimitives.ReadUInt128BigEndian(answer.AsSpan(answer.Length - 16));
        Assert.Equal("[fd77:6566:7400::f04d:1]:8080", NetAddress.V6(bits, 8080).ToString());
        Assert.Equal("240.77.0.1:8080", Ipv6.Known(NetAddress.V6(bits, 8080)).ToString());
        Assert.Equal("[2001:db8::1]:80", Ipv6.Known(NetAddress.V6(new UInt128(0x2001_0db8_0000_0000, 1), 80)).ToString());
    }

    [Theory]
    [InlineData(DnsType.Aaaa)]
    [InlineData(DnsType.Https)]
    [InlineData(DnsType.Srv)]
    public void A_mesh_name_exists_without_records_of_other_types(DnsType type)
    {
        _names.Known["cart"] = (Lookup.Found, NetAddress.V4(0xf04d0001, 0));
        _server.Receive(Query("cart", type), Client);
        byte[] answer = _clients.Only(Client);
        Assert.Equal((0, 0), (Code(answer), Answers(answer)));
        Assert.Empty(_upstream.Packets);
    }

    [Fact]
    public void Another_name_goes_to_the_resolver_under_a_new_number_and_the_answer_comes_back_under_the_old()
    {
        _names.Known["example.com"] = (Lookup.Absent, null);
        byte[] query = Query("example.com", DnsType.A);
        _server.Receive(query, Client);
        byte[] forwarded = _upstream.Only(Resolver);
        Assert.Equal(query[2..], forwarded[2..]);

        byte[] answer = [.. forwarded];
        answer[2] |= 0x80;
        _forwarder.Receive(answer, Resolver);
        Assert.Equal(0x1234, Id(_clients.Only(Client)));
        Assert.Equal(0, _forwarder.InFlight);
    }

    [Fact]
    public void An_answer_from_somewhere_else_or_to_another_question_is_not_passed_on()
    {
        _names.Known["example.com"] = (Lookup.Absent, null);
        _server.Receive(Query("example.com", DnsType.A), Client);
        byte[] forwarded = _upstream.Only(Resolver);
        byte[] answer = [.. forwarded];
        answer[2] |= 0x80;
        _forwarder.Receive(answer, NetAddress.V4(0x0a000003, 53));

        byte[] other = [.. answer];
        other[14] ^= 1;
        _forwarder.Receive(other, Resolver);
        _forwarder.Receive(forwarded, Resolver);
        _forwarder.Receive([], Resolver);
        Assert.Empty(_clients.Packets);
        Assert.Equal(1, _forwarder.InFlight);
    }

    [Fact]
    public void A_silent_resolver_is_a_server_failure_after_two_seconds()
    {
        _names.Known["example.com"] = (Lookup.Absent, null);
        _server.Receive(Query("example.com", DnsType.A), Client);
        _clock.AdvanceMs(1_900);
        _loop.RunOnce();
        Assert.Empty(_clients.Packets);
        _clock.AdvanceMs(200);
        _loop.RunOnce();
        Assert.Equal((int)DnsResponseCode.ServerFailure, Code(_clients.Only(Client)));
        Assert.Equal((0, 1L), (_forwarder.InFlight, _server.Failures));
    }

    [Fact]
    public void Questions_in_flight_are_bounded()
    {
        for (int i = 0; i <= DnsForwarder.InFlightMax; i++)
        {
            _names.Known[$"n{i}.example"] = (Lookup.Absent, null);
            _server.Receive(Query($"n{i}.example", DnsType.A), Client);
        }

        Assert.Equal(DnsForwarder.InFlightMax, _upstream.Packets.Count);
        Assert.Equal((int)DnsResponseCode.ServerFailure, Code(_clients.Only(Client)));
    }

    [Fact]
    public void Without_a_resolver_another_name_does_not_exist()
    {
        DnsServer alone = new(_names, _clients, forwarder: null);
        _names.Known["example.com"] = (Lookup.Absent, null);
        alone.Receive(Query("example.com", DnsType.A), Client);
        Assert.Equal((int)DnsResponseCode.NameError, Code(_clients.Only(Client)));
    }

    [Fact]
    public void While_the_control_plane_is_silent_names_with_a_dot_go_outside_and_short_ones_fail()
    {
        _server.Receive(Query("example.com", DnsType.A), Client);
        _server.Receive(Query("cart", DnsType.A), Client);
        Assert.Single(_upstream.Packets);
        Assert.Equal((int)DnsResponseCode.ServerFailure, Code(_clients.Only(Client)));
    }

    [Fact]
    public void Nonsense_is_answered_with_an_error_and_responses_with_silence()
    {
        _server.Receive([1, 2, 3], Client);
        byte[] response = Query("cart", DnsType.A);
        response[2] |= 0x80;
        _server.Receive(response, Client);
        Assert.Empty(_clients.Packets);

        byte[] cut = Query("cart", DnsType.A)[..^3];
        _server.Receive(cut, Client);
        Assert.Equal((int)DnsResponseCode.FormatError, Code(_clients.Only(Client)));
    }

    private static byte[] Query(string name, DnsType type)
    {
        List<byte> packet = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        foreach (string label in name.Split('.'))
        {
            packet.Add((byte)label.Length);
            packet.AddRange(Encoding.ASCII.GetBytes(label));
        }

        packet.AddRange([0, (byte)((int)type >> 8), (byte)type, 0, 1]);
        return [.. packet];
    }

    private static int Id(byte[] packet) => BinaryPrimitives.ReadUInt16BigEndian(packet);

    private static int Code(byte[] packet) => packet[3] & 0xf;

    private static int Answers(byte[] packet) => BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(6));

    private sealed class Sent : IDatagrams
    {
        public List<(byte[] Packet, NetAddress To)> Packets { get; } = [];

        public void Send(ReadOnlySpan<byte> packet, NetAddress to) => Packets.Add((packet.ToArray(), to));

        public byte[] Only(NetAddress to)
        {
            (byte[] packet, NetAddress sentTo) = Assert.Single(Packets);
            Assert.Equal(to, sentTo);
            return packet;
        }
    }

    private sealed class ScriptedNames : IMeshNames
    {
        public Dictionary<string, (Lookup Lookup, NetAddress? Address)> Known { get; } = [];

        public void Ask(string name, Action<Lookup, NetAddress?> answer)
        {
            (Lookup lookup, NetAddress? address) = Known.GetValueOrDefault(name, (Lookup.Unknown, null));
            answer(lookup, address);
        }
    }
}
