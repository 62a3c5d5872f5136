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

    /// <summary>A method that no server has.</summary>
    public static Method<byte[], byte[]> Nothing { get; } = new(MethodType.Unary, "test.Echo", "Nothing", Bytes, Bytes);

    /// <summary>The health service that every library of gRPC knows.</summary>
    public static Method<byte[], byte[]> Health { get; } = new(MethodType.Unary, "grpc.health.v1.Health", "Check", Bytes, Bytes);

    /// <summary>Gives the message back, and its keys in the trailers. "fail" fails, "wait" waits until the call is over.</summary>
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

        foreach (Metadata.Entry entry in context.RequestHeaders.Where(static entry => entry.Key.StartsWith("x-key", StringComparison.Ordinal)))
        {
            context.ResponseTrailers.Add(entry);
        }

        return message;
    }

    /// <summary>SERVING.</summary>
    public Task<byte[]> CheckAsync(byte[] message, ServerCallContext context) => Task.FromResult<byte[]>([8, 1]);

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
