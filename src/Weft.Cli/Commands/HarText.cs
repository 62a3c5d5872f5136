using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Weft.Contracts.Flow;

namespace Weft.Cli.Commands;

/// <summary>Flow records as an HTTP Archive 1.2, for the tools that read what browsers record. What a proxy does not know is -1, as the format says.</summary>
internal static class HarText
{
    /// <summary>Entries of one document; it is held in memory until it is whole.</summary>
    public const int EntriesMax = 20_000;

    public static string Write(IReadOnlyList<FlowRecord> flows)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("log");
            json.WriteString("version", "1.2");
            json.WriteStartObject("creator");
            json.WriteString("name", "weft");
            json.WriteString("version", ProductVersion.Text);
            json.WriteEndObject();
            json.WriteStartArray("entries");
            foreach (var flow in flows.Where(flow => flow.Method.Length > 0))
            {
                WriteEntry(json, flow);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void WriteEntry(Utf8JsonWriter json, FlowRecord flow)
    {
        var timing = flow.Timing ?? new Timing();
        json.WriteStartObject();
        json.WriteString("startedDateTime", DateTimeOffset.UnixEpoch.AddMicroseconds(flow.StartUnixUs).UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        json.WriteNumber("time", timing.TotalUs / 1_000.0);
        WriteRequest(json, flow);
        WriteResponse(json, flow);
        json.WriteStartObject("cache");
        json.WriteEndObject();
        json.WriteStartObject("timings");
        json.WriteNumber("blocked", timing.QueueUs / 1_000.0);
        json.WriteNumber("dns", -1);
        json.WriteNumber("connect", timing.ConnectUs == 0 ? -1 : timing.ConnectUs / 1_000.0);
        json.WriteNumber("send", 0);
        json.WriteNumber("wait", (timing.ApplicationUs + timing.ServerRttUs) / 1_000.0);
        json.WriteNumber("receive", timing.TransferUs / 1_000.0);
        json.WriteEndObject();
        if (flow.Attempts.Count > 0)
        {
            json.WriteString("connection", flow.Attempts[^1].Endpoint);
        }

        json.WriteString("comment", $"{FlowRows.NameOf(flow.Source)} -> {FlowRows.NameOf(flow.Destination)} {flow.Reason} {flow.RequestId}".TrimEnd());
        json.WriteEndObject();
    }

    private static void WriteRequest(Utf8JsonWriter json, FlowRecord flow)
    {
        json.WriteStartObject("request");
        json.WriteString("method", flow.Method);
        json.WriteString("url", $"http://{(flow.Host.Length > 0 ? flow.Host : FlowRows.NameOf(flow.Destination))}{flow.Path}");
        json.WriteString("httpVersion", VersionOf(flow));
        WriteCommon(json, flow, response: false);
        json.WriteStartArray("queryString");
        json.WriteEndArray();
        json.WriteNumber("headersSize", -1);
        json.WriteNumber("bodySize", flow.BytesSent);
        json.WriteEndObject();
    }

    private static void WriteResponse(Utf8JsonWriter json, FlowRecord flow)
    {
        json.WriteStartObject("response");
        json.WriteNumber("status", flow.Status);
        json.WriteString("statusText", flow.Reason == "OK" ? "" : flow.Reason);
        json.WriteString("httpVersion", VersionOf(flow));
        WriteCommon(json, flow, response: true);
        json.WriteStartObject("content");
        json.WriteNumber("size", flow.BytesReceived);
        json.WriteString("mimeType", flow.Headers.Find(header => header.Response && header.Name == "content-type")?.Value ?? "");
        json.WriteEndObject();
        json.WriteString("redirectURL", "");
        json.WriteNumber("headersSize", -1);
        json.WriteNumber("bodySize", flow.BytesReceived);
        json.WriteEndObject();
    }

    private static void WriteCommon(Utf8JsonWriter json, FlowRecord flow, bool response)
    {
        json.WriteStartArray("cookies");
        json.WriteEndArray();
        json.WriteStartArray("headers");
        foreach (var header in flow.Headers.Where(header => header.Response == response))
        {
            json.WriteStartObject();
            json.WriteString("name", header.Name);
            json.WriteString("value", header.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string VersionOf(FlowRecord flow) => flow.Protocol is "http2" or "grpc" ? "HTTP/2.0" : "HTTP/1.1";
}
