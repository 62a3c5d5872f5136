using System.Globalization;
using System.Text;
using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>A collector that is spoken to in HTTP/1.1 (OTLP specification, "OTLP/HTTP", binary protobuf).</summary>
internal sealed class HttpCollector(EventLoop loop, OtlpLink link, OtlpOptions options, OtlpSecrets secrets) : IOtlpCollector
{
    public bool Tend() => link.Tend();

    public async ValueTask<string?> SendAsync(OtlpSignal signal, byte[] request)
    {
        OtlpTimer timer = new(loop);
        (ILease? lease, string refusal) = await link.AcquireAsync(signal, timer);
        if (lease is null)
        {
            timer.Remove();
            return refusal;
        }

        HttpStream stream = lease.Stream;
        timer.WhenLate(() =>
        {
            stream.Abort(StreamFault.Timeout);
            link.AbandonSilent(timer.StartedMs);
        });
        WriteHead(stream, signal switch { OtlpSignal.Traces => "/v1/traces", OtlpSignal.Logs => "/v1/logs", _ => "/v1/metrics" }, request.Length);
        for (int at = 0; at < request.Length && !stream.IsBroken;)
        {
            int taken = stream.TryWriteBody(request.AsSpan(at));
            at += taken;
            if (taken == 0 && !stream.IsBroken)
            {
                await stream.Room;
            }
        }

        stream.WriteEnd(null);
        string? fault = await ReceiveAsync(lease);
        timer.Remove();
        lease.GiveBack();
        return fault is null ? null : timer.Explain(fault);
    }

    private static async ValueTask<string?> ReceiveAsync(ILease lease)
    {
        HttpStream stream = lease.Stream;
        do
        {
            if (!await lease.ReceiveHeadAsync())
            {
                return $"the connection was lost ({stream.Fault})";
            }
        }
        while (stream.Head.Status < 200);
        int status = stream.Head.Status;
        while (stream.Head.Framing != BodyFraming.None)
        {
            BodyState state = stream.TryReadBody(out ReadOnlySpan<byte> data);
            if (state == BodyState.Data)
            {
                stream.ConsumeBody(data.Length);
            }
            else if (state == BodyState.Wait)
            {
                await stream.Received;
            }
            else
            {
                break;
            }
        }

        return status is >= 200 and < 300 ? null : string.Create(CultureInfo.InvariantCulture, $"HTTP status {status}");
    }

    private void WriteHead(HttpStream stream, string path, int length)
    {
        MessageHead head = new() { Version = HttpVersion.Http11, Framing = BodyFraming.Length, ContentLength = length, KeepAlive = true };
        head.Method = head.Append("POST"u8);
        head.Path = head.Append(Encoding.ASCII.GetBytes(options.BasePath + path));
        head.Authority = head.Append(Encoding.ASCII.GetBytes(options.Authority));
        head.AddField("content-type"u8, "application/x-protobuf"u8);
        head.AddField("content-length"u8, Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)));
        head.AddField("user-agent"u8, "weft-proxy"u8);
        secrets.Fields.AddTo(head);
        stream.WriteHead(head);
        head.Release();
    }
}
