using Grpc.Core;

namespace Weft.Native.Tests;

/// <summary>One method of each of the four kinds of gRPC; messages are bytes as they are.</summary>
internal sealed class EchoService
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    public static Method<byte[], byte[]> Unary { get; } = new(MethodType.Unary, "test.Echo", "Unary", Bytes, Bytes);

    public static Method<byte[], byte[]> Up { get; } = new(MethodType.ClientStreaming, "test.Echo", "Up", Bytes, Bytes);

    public static Method<byte[], byte[]> Down { get; } = new(MethodType.ServerStreaming, "test.Echo", "Down", Bytes, Bytes);

    public static Method<byte[], byte[]> Both { get; } = new(MethodType.DuplexStreaming, "test.Echo", "Both", Bytes, Bytes);

    /// <summary>Gives the message back. "fail" fails, "wait" waits until the call is over.</summary>
    public async Task<byte[]> UnaryAsync(byte[] message, ServerCallContext context)
    {
        if (message.AsSpan().SequenceEqual("fail"u8))
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "as asked, 100 %"));
        }

        if (message.AsSpan().SequenceEqual("wait"u8))
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }

        return message;
    }

    /// <summary>Counts the bytes of all messages.</summary>
    public async Task<byte[]> UpAsync(IAsyncStreamReader<byte[]> messages, ServerCallContext context)
    {
        int length = 0;
        while (await messages.MoveNext())
        {
            length += messages.Current.Length;
        }

        return BitConverter.GetBytes(length);
    }

    /// <summary>Sends as many messages of 10,000 bytes as the first byte says, ten times.</summary>
    public async Task DownAsync(byte[] message, IServerStreamWriter<byte[]> answers, ServerCallContext context)
    {
        for (int i = 0; i < message[0] * 10; i++)
        {
            await answers.WriteAsync(new byte[10_000]);
        }
    }

    /// <summary>Gives every message back at once.</summary>
    public async Task BothAsync(IAsyncStreamReader<byte[]> messages, IServerStreamWriter<byte[]> answers, ServerCallContext context)
    {
        while (await messages.MoveNext())
        {
            await answers.WriteAsync(messages.Current);
        }
    }
}
