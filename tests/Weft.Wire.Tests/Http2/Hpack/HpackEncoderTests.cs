using CsCheck;
using Weft.Primitives.Http;
using Weft.Wire.Http1;
using Weft.Wire.Http2.Hpack;
using Weft.Wire.Tests.Twins;
using Xunit;

namespace Weft.Wire.Tests.Http2.Hpack;

public sealed class HpackEncoderTests
{
    private static readonly Gen<string> s_names = Gen.String[Gen.Char["abcxyz-ABC019_."], 1, 30].Select(name => "f" + name);
    private static readonly Gen<string> s_values = Gen.String[Gen.Char[' ', '\u00ff'], 0, 60].Select(v => v.Replace('\u007f', 'x').Trim(' ', '\t'));
    private static readonly Gen<(string, string)[]> s_fields = Gen.Select(s_names, s_values).Array[0, 20];

    [Fact]
    public void A_request_of_http_1_becomes_one_of_http_2()
    {
        MessageHead head = new();
        Http1HeadReader.TryReadRequest(
            "POST /x HTTP/1.1\r\nHost: cart:8080\r\nConnection: A\r\nA: 1\r\nTE: trailers\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nX-Y: Z\r\n\r\n"u8,
            head, HeadLimits.Default, out _, out _);
        byte[] output = new byte[512];
        Assert.True(HpackEncoder.TryEncodeRequest(head, output, out int written));
        List<(string Name, string Value)>? fields = new NaiveHpack(4096).Decode(output[..written]);
        Assert.Equal(
            ":method=POST :scheme=http :path=/x :authority=cart:8080 te=trailers content-type=text/plain content-length=3 x-y=Z",
            string.Join(' ', fields!.Select(f => $"{f.Name}={f.Value}")));
        for (int room = 0; room < written - 6; room++)
        {
            Assert.False(HpackEncoder.TryEncodeRequest(head, output.AsSpan(0, room), out _));
        }
    }

    [Theory]
    [InlineData("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", ":method=CONNECT :authority=a:1")]
    [InlineData(
        "GET /s HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        ":method=CONNECT :scheme=http :path=/s :authority=a :protocol=websocket")]
    [InlineData("GET https://a HTTP/1.1\r\nHost: a\r\n\r\n", ":method=GET :scheme=https :path=/ :authority=a")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", ":method=OPTIONS :scheme=http :path=* :authority=a")]
    public void Pseudo_fields_follow_the_form_of_the_request(string read, string expected)
    {
        MessageHead head = new();
        Http1HeadReader.TryReadRequest(Text.Bytes(read), head, HeadLimits.Default, out _, out _);
        byte[] output = new byte[256];
        Assert.True(HpackEncoder.TryEncodeRequest(head, output, out int written));
        Assert.Equal(expected, string.Join(' ', new NaiveHpack(4096).Decode(output[..written])!.Select(f => $"{f.Name}={f.Value}")));
    }

    [Fact]
    public void An_extended_connect_becomes_an_upgrade_again()
    {
        MessageHead head = new();
        Http1HeadReader.TryReadRequest("GET /s HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nB: c\r\n\r\n"u8, head, HeadLimits.Default, out _, out _);
        byte[] output = new byte[256];
        HpackEncoder.TryEncodeRequest(head, output, out int written);
        Assert.Equal(HpackFault.None, new HpackDecoder().Decode(output.AsSpan(0, written), head, HeadLimits.Default, isRequest: true, isTrailers: false));
        Assert.True(Http1HeadWriter.TryWriteRequest(head, output, out written));
        Assert.Equal("GET /s HTTP/1.1\r\nHost: a\r\nb: c\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", Text.Of(output.AsSpan(0, written)));
    }

    [Fact]
    public void Any_response_survives_encoding() => Gen.Select(Gen.Int[200, 599], s_fields).Sample((status, fields) =>
    {
        MessageHead head = Head(fields);
        head.Status = status;
        byte[] output = new byte[8192];
        Assert.True(HpackEncoder.TryEncodeResponse(head, output, out int written));
        MessageHead read = new();
        Assert.Equal(HpackFault.None, new HpackDecoder().Decode(output.AsSpan(0, written), read, HeadLimits.Default, isRequest: false, isTrailers: false));
        Assert.Equal((status, Lines(fields)), (read.Status, Text.Fields(read)));
    });

    [Fact]
    public void Any_trailers_survive_encoding_and_chunked_writing() => s_fields.Sample(fields =>
    {
        MessageHead head = Head(fields);
        byte[] output = new byte[8192];
        Assert.True(HpackEncoder.TryEncodeTrailers(head, output, out int written));
        MessageHead read = new();
        Assert.Equal(HpackFault.None, new HpackDecoder().Decode(output.AsSpan(0, written), read, HeadLimits.Default, isRequest: false, isTrailers: true));
        Assert.Equal(Lines(fields), Text.Fields(read));
        Assert.True(ChunkedWriter.TryWriteLast(output, read, out written));
        MessageHead again = new();
        Assert.Equal(ReadStatus.Done, new ChunkedReader().Read(output.AsSpan(0, written), again, out _, out _, out _));
        Assert.Equal(Lines(fields), Text.Fields(again));
    });

    [Fact]
    public void Any_text_survives_the_huffman_code() => Gen.String[Gen.Char['\0', '\u00ff'], 0, 200].Sample(text =>
    {
        byte[] encoded = NaiveHpack.HuffmanEncode(text);
        byte[] output = new byte[Huffman.DecodedMax(encoded.Length)];
        Assert.True(Huffman.TryDecode(encoded, output, out int written));
        Assert.Equal(text, Text.Of(output.AsSpan(0, written)));
    });

    private static MessageHead Head((string Name, string Value)[] fields)
    {
        MessageHead head = new();
        foreach ((string name, string value) in fields)
        {
            head.AddField(Text.Bytes(name), Text.Bytes(value));
        }

        return head;
    }

    private static string Lines((string Name, string Value)[] fields) => string.Join('|', fields.Select(f => $"{f.Name.ToLowerInvariant()}: {f.Value}"));
}
