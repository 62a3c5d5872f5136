using System.Runtime.CompilerServices;
using Weft.Proxy.Engine;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;

namespace Weft.Proxy.Relay;

/// <summary>Moves a body from one stream to another, whatever they speak: what the sink does not take stays in the source.</summary>
internal static class BodyRelay
{
    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    public static async ValueTask<PumpEnd> UploadAsync(HttpStream client, HttpStream upstream, ExchangeContext context)
    {
        while (!context.UploadStopped)
        {
            BodyState state = client.TryReadBody(out ReadOnlySpan<byte> data);
            switch (state)
            {
                case BodyState.Data:
                    int taken = upstream.TryWriteBody(data);
                    if (taken > 0)
                    {
                        client.ConsumeBody(taken);
                        context.BytesUp += taken;
                    }
                    else if (upstream.IsBroken)
                    {
                        return PumpEnd.SinkFailed;
                    }
                    else
                    {
                        await upstream.Room;
                    }

                    break;
                case BodyState.Wait:
                    await client.Received;
                    break;
                case BodyState.End:
                    upstream.WriteEnd(client.Trailers);
                    return PumpEnd.Complete;
                default:
                    return PumpEnd.SourceFailed;
            }
        }

        return PumpEnd.Stopped;
    }

    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    public static async ValueTask<PumpEnd> DownloadAsync(HttpStream upstream, HttpStream client, ExchangeContext context)
    {
        while (true)
        {
            BodyState state = upstream.TryReadBody(out ReadOnlySpan<byte> data);
            switch (state)
            {
                case BodyState.Data:
                    int taken = client.TryWriteBody(data);
                    if (taken > 0)
                    {
                        upstream.ConsumeBody(taken);
                        context.BytesDown += taken;
                    }
                    else if (client.IsBroken)
                    {
                        return PumpEnd.SinkFailed;
                    }
                    else
                    {
                        await client.Room;
                    }

                    break;
                case BodyState.Wait:
                    await upstream.Received;
                    break;
                case BodyState.End:
                    client.WriteEnd(upstream.Trailers);
                    return PumpEnd.Complete;
                default:
                    return PumpEnd.SourceFailed;
            }
        }
    }
}
