using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Rpc;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>A collector that is spoken to in gRPC (OTLP specification, "OTLP/gRPC").</summary>
internal sealed class GrpcCollector(EventLoop loop, Upstream upstream, string authority) : IOtlpCollector
{
    public async ValueTask<string?> SendAsync(OtlpSignal signal, byte[] request)
    {
        LeaseResult result = await upstream.AcquireAsync(HttpVersion.Http2, new Signal(loop));
        if (result.Lease is not { } lease)
        {
            return $"no connection to {authority} ({Routing.EndReasons.Code(result.Reason)})";
        }

        string service = signal switch { OtlpSignal.Traces => "trace.v1.TraceService", OtlpSignal.Logs => "logs.v1.LogsService", _ => "metrics.v1.MetricsService" };
        GrpcCall call = GrpcCall.Start(lease, authority, $"/opentelemetry.proto.collector.{service}/Export", secured: false);
        LoopTimer timer = new(loop, call.Cancel);
        timer.Set(OtlpCollectors.AnswerMs);
        call.TrySend(new OtlpRequest(request));
        call.EndSending();
        byte[]? answer = await call.ReceiveAsync();
        if (answer is not null)
        {
            // The status comes behind the one answer.
            await call.ReceiveAsync();
        }

        timer.Remove();
        GrpcStatus status = call.Status;
        await call.CloseAsync();
        return status.IsOk ? null : status.ToString();
    }
}
