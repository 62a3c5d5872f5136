using System.Runtime.CompilerServices;
using Weft.Proxy.Engine;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Routing;

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
                    context.NoteUploaded();
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
            GrpcWebBridge? bridge = context.Bridge;
            ReadOnlySpan<byte> data;
            BodyState state = bridge is null ? upstream.TryReadBody(out data) : bridge.TryReadDown(upstream, out data);
            switch (state)
            {
                case BodyState.Data:
                    int taken = client.TryWriteBody(data);
                    if (taken > 0)
                    {
                        if (context.IsGrpc)
                        {
                            context.MessagesDown.Add(data[..taken]);
                        }

                        Consume(upstream, bridge, taken);
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
                    client.WriteEnd(bridge is null ? upstream.Trailers : bridge.TrailersDown(upstream));
                    return PumpEnd.Complete;
                default:
                    return PumpEnd.SourceFailed;
            }
        }
    }

    private static void Consume(HttpStream upstream, GrpcWebBridge? bridge, int count)
    {
        if (bridge is null)
        {
            upstream.ConsumeBody(count);
        }
        else
        {
            bridge.ConsumeDown(upstream, count);
        }
    }

    /// <summary>One step: first what an earlier attempt has read already, then what the client sends.</summary>
    private static Move MoveUp(HttpStream client, HttpStream upstream, ExchangeContext context)
    {
        ReadOnlySpan<byte> data = context.Body.Unsent;
        bool isReplay = !data.IsEmpty;
        if (!isReplay)
        {
            BodyState state = context.Bridge is { } bridge ? bridge.TryReadUp(client, out data) : client.TryReadBody(out data);
            if (state == BodyState.Failed && !client.IsBroken)
            {
                context.Expire(EndReason.BadRequest);
            }

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
        if (context.IsGrpc)
        {
            context.MessagesUp.Add(data[..taken]);
        }

        if (isReplay)
        {
            context.Body.OnSent(taken);
        }
        else
        {
            context.Body.OnRead(data[..taken]);
            if (context.Bridge is { } bridge)
            {
                bridge.ConsumeUp(client, taken);
            }
            else
            {
                client.ConsumeBody(taken);
            }
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
