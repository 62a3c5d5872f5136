using Weft.Primitives.Http;
using Weft.Wire.Dns;
using Weft.Wire.Grpc;
using Weft.Wire.Http1;
using Weft.Wire.Http2.Hpack;
using Weft.Wire.TlsHello;
using Xunit;

namespace Weft.Wire.Tests;

/// <summary>No codec allocates once its head has grown to size.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 10_000;

    private readonly MessageHead _head = new();
    private readonly MessageHead _other = new();
    private readonly byte[] _output = new byte[4096];

    [Fact]
    public void Reading_and_writing_http_1_heads_allocates_nothing()
    {
        byte[] request = Text.Bytes(
            "GET /a HTTP/1.1\r\nHost: cart\r\nUser-Agent: x\r\nAccept: */*\r\nA: 1\r\nB:2\r\nConnection: keep-alive, c\r\nC: 3\r\nCookie: a\r\nCookie: b\r\nD: e\r\n\r\n");
        AllocatesNothing(() =>
        {
            Http1HeadReader.TryReadRequest(request, _head, HeadLimits.Default, out _, out _);
            Http1HeadWriter.TryWriteRequest(_head, _output, out int written);
            return written;
        });
    }

    [Fact]
    public void Grpc_allocates_nothing()
    {
        byte[] text = Text.Bytes("AAAAAAUKA2FiYw==");
        _other.Clear();
        _other.AddField("grpc-status"u8, "0"u8);
        AllocatesNothing(() =>
        {
            GrpcWebText reader = default;
            reader.TryDecode(text, _output, out int data);
            GrpcTimeout.TryRead("10S"u8, out _);
            GrpcWebTrailers.TryWrite(_other, _output, out int written);
            return data + written;
        });
    }

    [Fact]
    public void Hpack_allocates_nothing()
    {
        byte[] block = Text.Hex("828684418cf1e3c2e5f23a6ba0ab90f4ff408825a849e95ba97d7f8925a849e95bb8e8b4bf");
        HpackDecoder decoder = new();
        HpackDecoder second = new();
        AllocatesNothing(() =>
        {
            decoder.Decode(block, _head, HeadLimits.Default, isRequest: true, isTrailers: false);
            HpackEncoder.TryEncodeRequest(_head, _output, out int written);
            return second.Decode(_output.AsSpan(0, written), _other, HeadLimits.Default, isRequest: true, isTrailers: false) == HpackFault.None ? 1 : 0;
        });
    }

    [Fact]
    public void Chunked_bodies_allocate_nothing()
    {
        byte[] body = Text.Bytes("5\r\nhello\r\n0\r\na: b\r\n\r\n");
        AllocatesNothing(() =>
        {
            ChunkedReader reader = default;
            reader.Read(body, _head, out int consumed, out _, out _);
            return reader.Read(body.AsSpan(consumed), _head, out _, out _, out _) == ReadStatus.Done ? 1 : 0;
        });
    }

    [Fact]
    public void Hellos_and_queries_allocate_nothing()
    {
        byte[] hello = Corpus.Hello("cart", ["h2"], 1000);
        byte[] packet = Text.Hex("1234 0000 0001 0000 0000 0000 01 61 00 0001 0001");
        byte[] addresses = [240, 77, 0, 1];
        AllocatesNothing(() =>
        {
            DnsReader.TryReadQuery(packet, out DnsQuery query, out _);
            return ClientHelloReader.TryRead(hello, out _) == ReadStatus.Done ? DnsWriter.WriteAddresses(query, packet, addresses, 30, _output) : 0;
        });
    }

    private static void AllocatesNothing(Func<int> action)
    {
        Assert.NotEqual(0, action());
        for (int i = 0; i < Rounds; i++)
        {
            action();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
        {
            action();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
