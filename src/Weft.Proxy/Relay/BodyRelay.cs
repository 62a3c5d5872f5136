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
        bool paced = context.IsPaced;
        while (!context.UploadStopped)
        {
            switch (MoveUp(client, upstream, context))
            {
                case Move.Again:
                    break;
                case Move.AwaitSource when paced && !context.ResponseStarted:
                    context.UploadPace.WaitToReceive(context.BytesUp);
                    await client.Received;
                    context.UploadPace.Resume();
                    break;
                case Move.AwaitSource:
                    await client.Received;
                    break;
                case Move.AwaitSink:
                    await upstream.Room;
                    break;
                case Move.Complete:
                    upstream.WriteEnd(client.Trailers);
                    return PumpEnd.Complete;
                case Move.SinkFailed:
                    return PumpEnd.SinkFailed;
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
                    else if (context.IsPaced)
                    {
                        context.DownloadPace.WaitToSend();
                        await client.Room;
                        context.DownloadPace.Resume();
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

    /// <summary>One step: first what an earlier attempt has read already, then what the client sends.</summary>
    private static Move MoveUp(HttpStream client, HttpStream upstream, ExchangeContext context)
    {
        ReadOnlySpan<byte> data = context.Body.Unsent;
        bool isReplay = !data.IsEmpty;
        if (!isReplay)
        {
            BodyState state = client.TryReadBody(out data);
            if (state != BodyState.Data)
            {
                return state switch { BodyState.Wait => Move.AwaitSource, BodyState.End => Move.Complete, _ => Move.SourceFailed };
            }
        }

        int taken = upstream.TryWriteBody(data);
        if (taken <= 0)
        {
            return upstream.IsBroken ? Move.SinkFailed : Move.AwaitSink;
        }

        context.BytesUp += taken;
        if (isReplay)
        {
            context.Body.OnSent(taken);
        }
        else
        {
            context.Body.OnRead(data[..taken]);
            client.ConsumeBody(taken);
        }

        return Move.Again;
    }

    private enum Move
    {
        Again,
        AwaitSource,
        AwaitSink,
        Complete,
        SourceFailed,
        SinkFailed,
    }
}
