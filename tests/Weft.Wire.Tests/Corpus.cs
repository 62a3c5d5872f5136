using System.Buffers.Binary;

namespace Weft.Wire.Tests;

/// <summary>Inputs to start mutating from, one list for each parser.</summary>
internal static class Corpus
{
    internal static IReadOnlyList<byte[]> Heads { get; } =
    [
        .. new[]
        {
            "GET /a/b?c=d HTTP/1.1\r\nHost: cart:8080\r\nAccept:  text/html \r\nX-Empty:\r\n\r\nrest",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n",
            "PUT /x HTTP/1.1\r\nHost: [::1]:80\r\nTransfer-Encoding: chunked\r\nTrailer: a\r\n\r\n",
            "GET http://cart:80/x HTTP/1.1\r\nHost: CART\r\nConnection: close, X-A\r\nX-A: 1\r\n\r\n",
            "OPTIONS https://cart?q HTTP/1.0\r\nHost: cart:443\r\nConnection: keep-alive\r\n\r\n",
            "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost:\r\nConnection: upgrade, te\r\nUpgrade: h2c, websocket\r\nTE: trailers\r\nCookie: a=b\r\nCookie: c\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nA: b\r\n\r\nabc",
            "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
            "HTTP/1.0 204\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        }.Select(Text.Bytes),
    ];

    internal static IReadOnlyList<byte[]> Chunked { get; } =
    [
        .. new[]
        {
            "5;name=value\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\nX-Sum: 7\r\nConnection: y\r\n\r\nNEXT",
            "0\r\n\r\n",
            "000f\r\n123456789abcdef\r\n00;x\r\na: b\r\n\r\n",
            "20000000000000\r\n",
        }.Select(Text.Bytes),
    ];

    internal static IReadOnlyList<byte[]> Hpack { get; } =
    [
        Blocks("828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865", "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"),
        Blocks("828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"),
        Blocks("4882640258 85aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3", "4883640effc1c0bf"),
        Blocks("203f81018286841082746508747261696c657273", "3f61828684be7f0003616263"),
        Blocks("82418cf1e3c2e5f23a6ba0ab90f4ff870484627575 7f"),
        Blocks("00013a0161", "8800037465740162", "880f0d0135"),
    ];

    internal static IReadOnlyList<byte[]> Hellos { get; } =
    [
        Hello("cart.prod.example", ["h2", "http/1.1"], int.MaxValue),
        Hello("CART", ["weft"], 7),
        Hello("", [], 100),
    ];

    internal static IReadOnlyList<byte[]> ProxyHeaders { get; } =
    [
        .. new[]
        {
            "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\nGET / HTTP/1.1\r\n",
            "PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n",
            "PROXY TCP6 2001:db8::1 ::ffff:0:1 1 2\r\nx",
            "PROXY TCP6 1:2:3:4:5:6:7:8 :: 10 20\r\n",
            "PROXY UNKNOWN\r\nEHLO",
            "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
        }.Select(Text.Bytes),
        Text.Hex("0d0a0d0a000d0a515549540a 21 11 000c c0a80001 c0a8000b dc04 01bb 474554"),
        Text.Hex("0d0a0d0a000d0a515549540a 21 21 002b 20010db8000000000000000000000001 20010db8000000000000000000000002 0001 0002 04 0004 00000000"),
        Text.Hex("0d0a0d0a000d0a515549540a 20 00 0000"),
        Text.Hex("0d0a0d0a000d0a515549540a 21 00 0003 040000"),

        // With a checksum, as HAProxy sends it.
        Text.Hex("0d0a0d0a000d0a515549540a 21 11 0013 7f000001 7f000001 a1b2 1f90 03 0004 00000000"),
    ];

    /// <summary>Answers to the question of <see cref="Twins.DnsAnswerOracle"/>: www.example, A.</summary>
    internal static IReadOnlyList<byte[]> Answers { get; } =
    [
        Text.Hex("1234 8180 0001 0001 0000 0000 03 777777 07 6578616d706c65 00 0001 0001 c00c 0001 0001 0000003c 0004 0a000001"),
        Text.Hex("1234 8580 0001 0003 0000 0001 03 777777 07 6578616d706c65 00 0001 0001 c00c 0005 0001 0000001e 0004 01 61 c010"
            + "c029 0001 0001 0000012c 0004 0a000001 01 41 c010 0001 0001 00000e10 0004 0a000002 00 0029 04d0 00000000 0000"),
        Text.Hex("1234 8183 0001 0000 0000 0000 03 777777 07 6578616d706c65 00 0001 0001"),
        Text.Hex("1234 8180 0001 0001 0000 0000 03 777777 07 6578616d706c65 00 0001 0001 c00c 0005 0001 0000001e 0002 c00c"),
        Text.Hex("1234 8380 0001 0000 0000 0000 03 777777 07 6578616d706c65 00 0001 0001"),
    ];

    internal static IReadOnlyList<byte[]> Queries { get; } =
    [
        Text.Hex("1234 0100 0001 0000 0000 0000 04 63617274 04 70726f64 00 0001 0001"),
        Text.Hex("abcd 0120 0001 0000 0000 0001 01 61 00 001c 0001 00 0029 04d0 0000 0000 000c 000a 0008 0102030405060708"),
        Text.Hex("0001 0100 0001 0000 0000 0002 01 61 00 0001 0001 c00c 0001 0001 00000000 0004 7f000001 00 0029 ffff 0000 8000 0000"),
    ];

    internal static IReadOnlyList<byte[]> GrpcWebTexts { get; } =
    [
        .. new[] { "AAAAAAUKA2FiYw==", "AAAA", "AAAAAAA=gAAAAA9ncnBjLXN0YXR1czogMA0K", "AA==AAA=++//", "/w==" }.Select(Text.Bytes),
    ];

    /// <summary>Runs of HTTP/2 frames, one or more of each type.</summary>
    internal static IReadOnlyList<byte[]> Frames { get; } =
    [
        .. new[]
        {
            "000006 04 00 00000000 000400010000", "00000c 04 00 00000000 000300000064 000800000001", "000000 04 01 00000000", "000003 01 05 00000001 828684",
            "00000a 01 2d 00000001 02 0000000110 8286 0000", "000005 00 00 00000001 68656c6c6f 000000 00 01 00000001", "000006 00 08 00000001 03 6869 000000",
            "000005 02 00 00000003 0000000110", "000004 03 00 00000001 00000008", "000008 06 00 00000000 0102030405060708", "00000b 07 00 00000000 0000000700000000 627965",
            "000004 08 00 00000000 00010000", "000004 08 00 00000001 80000001", "000002 09 04 00000001 8286", "000002 5f 00 00000007 0102",
        }.Select(static text => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal))),
    ];

    /// <summary>A ClientHello in records of at most <paramref name="recordSize"/> octets.</summary>
    internal static byte[] Hello(string name, string[] protocols, int recordSize)
    {
        byte[] list = [.. protocols.SelectMany(p => Vector(1, Text.Bytes(p)))];
        byte[] extensions =
        [
            .. Extension(10, [0, 2, 0, 29]),
            .. name == "" ? [] : Extension(0, Vector(2, [0, .. Vector(2, Text.Bytes(name))])),
            .. list.Length == 0 ? [] : Extension(16, Vector(2, list)),
            .. Extension(43, [2, 3, 4]),
        ];
        byte[] body = [3, 3, .. Enumerable.Repeat((byte)7, 32), .. Vector(1, new byte[32]), .. Vector(2, [0x13, 1, 0x13, 2]), .. Vector(1, [0]), .. Vector(2, extensions)];
        byte[] message = [1, .. Vector(3, body)];
        return [.. message.Chunk(recordSize).SelectMany(piece => (byte[])[22, 3, 1, .. Vector(2, piece)])];
    }

    private static byte[] Blocks(params string[] blocks) => [.. blocks.Select(Text.Hex).SelectMany(block => Vector(1, block))];

    private static byte[] Extension(ushort type, byte[] body) => [(byte)(type >> 8), (byte)type, .. Vector(2, body)];

    private static byte[] Vector(int octets, byte[] body)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        return [.. length[(4 - octets)..], .. body];
    }
}
