using Weft.Proxy.Tests.Testing;
using Weft.Wire.Http2;
using static Weft.Proxy.Tests.Testing.Http2Frames;

namespace Weft.Proxy.Tests.Conformance;

/// <summary>RFC 7541: field blocks to the octet. What does not decode is a COMPRESSION_ERROR of the connection (RFC 9113, 4.3).</summary>
public sealed class HpackTests
{
    private const string Broken = "GOAWAY:CompressionError";

    /// <summary>GET, http and / of the static table: all that a request needs, in three octets.</summary>
    private static readonly byte[] s_get = [0x82, 0x86, 0x84];

    /// <summary>Blocks behind <see cref="s_get"/>.</summary>
    public static TheoryData<string, byte[], string> Blocks => new()
    {
        { "2.3.1 a field of the static table passes", [0x90], "" },
        { "2.3.3 index 61 is the last without a dynamic table", [0x7d, 1, (byte)'x'], "" },
        { "2.3.3 index 62 is none while the dynamic table is empty", [0xbe], Broken },
        { "2.3.3 index 62 is the field that was put there last", [0x40, 1, (byte)'a', 1, (byte)'b', 0xbe], "" },
        { "2.3.3 index 63 is none when the dynamic table has one field", [0x40, 1, (byte)'a', 1, (byte)'b', 0xbf], Broken },
        { "2.3.3 the name of a literal is found by the same index", [0x40, 1, (byte)'a', 1, (byte)'b', 0x7e, 1, (byte)'c'], "" },
        { "2.3.3 a literal with an index beyond the tables is broken", [0x7e, 1, (byte)'c'], Broken },
        { "2.3.3 a literal without indexing and with an index beyond the tables is broken", [0x0f, 0x2f, 1, (byte)'c'], Broken },
        { "2.3.3 a literal never indexed and with an index beyond the tables is broken", [0x1f, 0x2f, 1, (byte)'c'], Broken },
        { "2.3.2 a field may be in the dynamic table twice", [0x40, 1, (byte)'a', 1, (byte)'b', 0x40, 1, (byte)'a', 1, (byte)'b', 0xbe, 0xbf], "" },
        { "4.4 a field larger than the table empties it", [0x40, 1, (byte)'a', 1, (byte)'b', 0x40, 1, (byte)'l', 0x7f, 0xe2, 0x1f, .. Fill('v', 4_193), 0xbe], Broken },
        { "4.4 a field larger than the table is no error", [0x40, 1, (byte)'l', 0x7f, 0xe2, 0x1f, .. Fill('v', 4_193)], "" },
        { "4.4 the last octet that fits the table is kept", [0x40, 1, (byte)'l', 0x7f, 0xe0, 0x1e, .. Fill('v', 4_063), 0xbe], "" },
        { "4.4 a field that needs the room of another puts that out", [0x40, 1, (byte)'a', 1, (byte)'b', 0x40, 1, (byte)'l', 0x7f, 0xe0, 0x1e, .. Fill('v', 4_063), 0xbf], Broken },
        { "5.1 an integer that ends with the block is broken", [0xff], Broken },
        { "5.1 an integer whose end does not come is broken", [0xff, 0x80, 0x80], Broken },
        { "5.1 an integer above 2^32 does not wrap to one that is allowed", [0x0f, 0x80, 0x80, 0x80, 0x80, 0x10, 1, (byte)'x'], Broken },
        { "5.1 an integer above 2^64 does not wrap to one that is allowed", [0x0f, .. Fill((char)0x80, 9), 0x02, 1, (byte)'x'], Broken },
        { "5.1 zeros that lengthen an integer without end are broken", [0x0f, .. Fill((char)0x80, 40), 0, 1, (byte)'x'], Broken },
        { "5.1 an integer may have a zero in front of its end", [0x0f, 0x80, 0x00, 1, (byte)'x'], "" },
        { "5.2 a string longer than the block is broken", [0x00, 1, (byte)'a', 2, (byte)'b'], Broken },
        { "5.2 a name longer than the block is broken", [0x00, 5, (byte)'a'], Broken },
        { "5.2 a literal without its value is broken", [0x00, 1, (byte)'a'], Broken },
        { "5.2 a literal without its name is broken", [0x00], Broken },
        { "5.2 a literal with an index and without its value is broken", [0x51], Broken },
        { "5.2 a string may be coded or not", [0x00, 0x81, 0x1f, 0x81, 0x8f], "" },
        { "5.2 a coded string may be empty", [0x00, 1, (byte)'a', 0x80], "" },
        { "5.2 padding of more than seven ones is broken", [0x00, 1, (byte)'a', 0x82, 0x1f, 0xff], Broken },
        { "5.2 padding that is not of ones is broken", [0x00, 1, (byte)'a', 0x81, 0x18], Broken },
        { "5.2 padding with a zero at its end is broken", [0x00, 1, (byte)'a', 0x81, 0x1e], Broken },
        { "5.2 the end of string within a string is broken", [0x00, 1, (byte)'a', 0x84, 0xff, 0xff, 0xff, 0xff], Broken },
        { "5.2 the end of string behind a letter is broken", [0x00, 1, (byte)'a', 0x85, 0x1f, 0xff, 0xff, 0xff, 0xff], Broken },
        { "5.2 a code that breaks off is broken", [0x00, 1, (byte)'a', 0x82, 0xff, 0xfe], Broken },
        { "5.2 the rules hold for names as well", [0x00, 0x82, 0x1f, 0xff, 1, (byte)'b'], Broken },
        { "6.1 index 0 is broken", [0x80], Broken },
        { "6.2.1 a literal with indexing", [0x40, 1, (byte)'a', 1, (byte)'b'], "" },
        { "6.2.2 a literal without indexing is not put into the table", [0x00, 1, (byte)'a', 1, (byte)'b', 0xbe], Broken },
        { "6.2.3 a literal never indexed is not put into the table", [0x10, 1, (byte)'a', 1, (byte)'b', 0xbe], Broken },
        { "6.2.3 a literal never indexed passes", [0x10, 1, (byte)'a', 1, (byte)'b'], "" },
        { "6.3 a change of the table's size behind a field is broken", [0x20], Broken },
        { "6.3 a change of the table's size between fields is broken", [0x20, 0x90], Broken },
    };

    /// <summary>Blocks before <see cref="s_get"/>.</summary>
    public static TheoryData<string, byte[], string> Changes => new()
    {
        { "4.2 a change to the size that was announced passes", [0x3f, 0xe1, 0x1f], "" },
        { "4.2 a change to none passes", [0x20], "" },
        { "4.2 two changes pass", [0x20, 0x3f, 0xe1, 0x1f], "" },
        { "4.2 three changes are more than a sender can need", [0x20, 0x20, 0x20], Broken },
        { "6.3 a change to more than was announced is broken", [0x3f, 0xe2, 0x1f], Broken },
        { "6.3 a second change to more than was announced is broken", [0x20, 0x3f, 0xe2, 0x1f], Broken },
        { "6.3 a change whose number breaks off is broken", [0x3f], Broken },
        { "6.3 a change to more than 2^32 is broken", [0x3f, 0xe1, 0xff, 0xff, 0xff, 0xff, 0x1f], Broken },
    };

    [Theory]
    [Section("7541 2.3.3")]
    [Section("7541 4.4")]
    [Section("7541 5.1")]
    [Section("7541 5.2")]
    [Section("7541 6.1")]
    [Section("7541 6.2")]
    [Section("7541 6.3")]
    [MemberData(nameof(Blocks))]
    public void A_field_block_decodes_or_ends_the_connection(string rule, byte[] block, string seen) => Http2Exam.Client(rule, Request(1, [.. s_get, .. block]), seen);

    [Theory]
    [Section("7541 4.2")]
    [Section("7541 6.3")]
    [MemberData(nameof(Changes))]
    public void The_size_of_the_table_changes_at_the_beginning_of_a_block(string rule, byte[] block, string seen)
        => Http2Exam.Client(rule, Request(1, [.. block, .. s_get]), seen);

    [Fact]
    [Section("7541 4.2")]
    public void A_change_to_none_empties_the_table_for_good()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Request(1, [.. s_get, 0x40, 1, (byte)'a', 1, (byte)'b']));
        client.Send(Request(3, [0x20, 0x3f, 0xe1, 0x1f, .. s_get]));
        Assert.Equal("", client.Seen());
        client.Send(Request(5, [.. s_get, 0xbe]));
        Assert.Equal(Broken, client.Seen());
    }

    [Fact]
    [Section("7541 4.3")]
    public void A_smaller_table_keeps_the_newest_fields_that_fit()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Request(1, [.. s_get, 0x40, 1, (byte)'a', 1, (byte)'1', 0x40, 1, (byte)'b', 1, (byte)'2', 0x40, 1, (byte)'c', 1, (byte)'3']));

        // 68 octets are two fields of 34.
        client.Send(Request(3, [0x3f, 0x25, .. s_get, 0xbf, 0xbe]));
        rig.Origin.Accept();
        string asked = rig.Receive(rig.Origin.Accept());
        Assert.Contains("\r\nb: 2\r\nc: 3\r\n", asked, StringComparison.Ordinal);
        client.Send(Request(5, [.. s_get, 0xc0]));
        Assert.Equal(Broken, client.Seen());
    }

    [Fact]
    [Section("7541 2.2")]
    [Section("7541 2.3.2")]
    public void The_table_is_one_for_all_streams_and_its_newest_field_has_the_lowest_index()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Request(1, [.. s_get, 0x40, 1, (byte)'a', 1, (byte)'1']));
        client.Send(Request(3, [.. s_get, 0x40, 1, (byte)'b', 1, (byte)'2', 0xbf]));
        client.Send(Request(5, [.. s_get, 0xbf, 0xbe]));
        rig.Origin.Accept();
        Assert.Contains("\r\nb: 2\r\na: 1\r\n", rig.Receive(rig.Origin.Accept()), StringComparison.Ordinal);
        Assert.Contains("\r\na: 1\r\nb: 2\r\n", rig.Receive(rig.Origin.Accept()), StringComparison.Ordinal);
    }

    [Fact]
    [Section("7541 4.4")]
    public void The_name_of_a_field_may_come_from_the_one_that_it_puts_out()
    {
        // The second field needs the whole table, and its name is that of the first.
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Request(1, [.. s_get, 0x40, 1, (byte)'a', 1, (byte)'b', 0x7e, 0x7f, 0xe0, 0x1e, .. Fill('v', 4_063), 0xbe]));
        string asked = rig.Receive(rig.Origin.Accept());
        Assert.Equal(2, asked.Split("a: " + new string('v', 4_063) + "\r\n").Length - 1);
    }

    [Fact]
    [Section("7541 C.4")]
    public void The_requests_of_appendix_C_4_are_what_they_say()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(Request(1, Convert.FromHexString("828684418cf1e3c2e5f23a6ba0ab90f4ff")));
        client.Send(Request(3, Convert.FromHexString("828684be5886a8eb10649cbf")));
        client.Send(Request(5, Convert.FromHexString("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf")));
        Assert.StartsWith("GET / HTTP/1.1\r\nHost: www.example.com\r\n", rig.Receive(rig.Origin.Accept()), StringComparison.Ordinal);
        Assert.Contains("cache-control: no-cache\r\n", rig.Receive(rig.Origin.Accept()), StringComparison.Ordinal);
        string last = rig.Receive(rig.Origin.Accept());
        Assert.StartsWith("GET /index.html HTTP/1.1\r\nHost: www.example.com\r\n", last, StringComparison.Ordinal);
        Assert.Contains("custom-key: custom-value\r\n", last, StringComparison.Ordinal);
    }

    private static byte[] Request(int stream, byte[] block) => RawHttp2.Frame(FrameType.Headers, EndHeaders | EndStream, stream, block);

    private static byte[] Fill(char octet, int count) => [.. Enumerable.Repeat((byte)octet, count)];
}
