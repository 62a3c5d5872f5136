using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using Weft.Contracts.Flow;
using Xunit;

namespace Weft.Contracts.Tests.Flow;

public sealed class FlowJsonTests
{
    [Fact]
    public void What_is_written_is_read_as_the_same()
        => Records.Any.Sample(record =>
        {
            string once = Json(record);
            FlowRecord again = FlowJson.Read(Encoding.UTF8.GetBytes(once));
            Assert.Equal(once, Json(again));
            foreach (FlowField field in FlowFields.InJson)
            {
                Assert.Equal(Value(new FlowRecordView(record), field), Value(new FlowRecordView(again), field));
            }

            Assert.Equal(record.Attempts.Select(static item => Convert.ToHexString(item.ToBytes())), again.Attempts.Select(static item => Convert.ToHexString(item.ToBytes())));
            Assert.Equal(record.Considered.Select(static item => Convert.ToHexString(item.ToBytes())), again.Considered.Select(static item => Convert.ToHexString(item.ToBytes())));
            Assert.Equal(record.Headers.Select(static item => Convert.ToHexString(item.ToBytes())), again.Headers.Select(static item => Convert.ToHexString(item.ToBytes())));
        }, iter: 500);

    [Fact]
    public void Names_are_camel_case_nested_by_part_and_what_is_empty_is_left_out()
    {
        FlowRecord record = new()
        {
            RequestId = "r1",
            TraceId = [0xab, .. new byte[15]],
            Protocol = "http1",
            Source = new Party { Service = "shop/web" },
            Timing = new Timing { TotalUs = 1_200, ServerRttUs = 80 },
            Status = 200,
            GrpcStatus = -1,
            Reason = "OK",
            Tls = new Tls { Version = "1.3", Mutual = true },
            Attempts = { new Attempt { Endpoint = "10.0.0.1:80", WaitUs = 7 } },
        };
        Assert.Equal(
            """{"direction":"outbound","requestId":"r1","traceId":"ab000000000000000000000000000000","protocol":"http1","status":200,"reason":"OK","source":{"service":"shop/web"},"timing":{"totalUs":1200,"serverRttUs":80},"tls":{"version":"1.3","mutual":true},"attempts":[{"endpoint":"10.0.0.1:80","waitUs":7}]}""",
            Json(record));
    }

    [Theory]
    [InlineData("grpc", 0, true)]
    [InlineData("grpc", 14, true)]
    [InlineData("grpc", -1, false)]
    [InlineData("http1", 0, false)]
    public void A_grpc_status_of_zero_is_written_where_there_is_gRPC(string protocol, int status, bool written)
        => Assert.Equal(written, Json(new FlowRecord { Protocol = protocol, GrpcStatus = status }).Contains("grpcStatus", StringComparison.Ordinal));

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"status":"many"}""")]
    [InlineData("""{"requestId":7}""")]
    [InlineData("""{"traceId":"xyz"}""")]
    [InlineData("""{"attempts":{"a":1}}""")]
    [InlineData("""{"status":1""")]
    public void What_is_no_record_is_refused(string text) => Assert.ThrowsAny<JsonException>(() => FlowJson.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Members_of_a_later_version_are_skipped()
        => Assert.Equal("a", FlowJson.Read("""{"later":{"x":[1]},"requestId":"a","other":null}"""u8).RequestId);

    [Fact]
    public void Writing_allocates_nothing_once_the_writer_has_its_memory()
    {
        FlowRecord record = new() { RequestId = "r1", Protocol = "http2", Source = new Party { Service = "shop/web" }, Timing = new Timing { TotalUs = 5 }, Attempts = { new Attempt { Endpoint = "e" } } };
        ArrayBufferWriter<byte> buffer = new(4_096);
        using Utf8JsonWriter json = new(buffer);
        void Once()
        {
            buffer.ResetWrittenCount();
            json.Reset(buffer);
            FlowJson.Write(json, record);
            json.Flush();
        }

        for (int i = 0; i < 50; i++)
        {
            Once();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            Once();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);
    }

    private static string Value(FlowRecordView view, FlowField field)
        => field.Kind == FlowFieldKind.Hex ? Convert.ToHexString(view.Text(field.Key).Utf8) : field.IsText ? view.Text(field.Key).ToString() : $"{view.Number(field.Key)}";

    private static string Json(FlowRecord record)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            FlowJson.Write(json, record);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
