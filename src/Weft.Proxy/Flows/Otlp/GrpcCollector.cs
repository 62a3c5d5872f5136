using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;
using Weft.Proxy.Rpc;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>A collector that is spoken to in gRPC (OTLP specification, "OTLP/gRPC").</summary>
internal sealed class GrpcCollector(EventLoop loop, OtlpLink link, OtlpOptions options, OtlpSecrets secrets) : IOtlpCollector
{
    public bool Tend() => link.Tend();

    public async ValueTask<string?> SendAsync(OtlpSignal signal, byte[] request)
    {
        OtlpTimer timer = new(loop);
        (ILease? lease, string fault) = await link.AcquireAsync(signal, timer);
        if (lease is null)
        {
            timer.Remove();
            return fault;
        }

        // What the answer repeats are the values that were sent, whatever the files hold by then.
        OtlpFields fields = secrets.Fields;
        string service = signal switch { OtlpSignal.Traces => "trace.v1.TraceService", OtlpSignal.Logs => "logs.v1.LogsService", _ => "metrics.v1.MetricsService" };
        GrpcCall call = GrpcCall.Start(lease, options.Authority, $"/opentelemetry.proto.collector.{service}/Export", options.IsSecure, fields.AddTo);
        timer.WhenLate(() =>
        {
            call.Cancel();
            link.AbandonSilent(timer.StartedMs);
        });
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
        return status.IsOk ? null : timer.Explain(fields.Cover(status.ToString()));
    }
}
