using Grpc.Core;
using Grpc.Net.Client;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>The client of gRPC for .NET: calls every method of <see cref="EchoService"/>, as the clients in <c>interop/</c> do.</summary>
internal static class EchoClient
{
    /// <summary>The features that are looked at, one line each, as those clients print them.</summary>
    public const string Features = "unary\nlarge\nup\ndown\nboth\nfail\ndeadline\ncancel\nunimplemented\nhealth\nmany\n";

    public static async Task CheckAsync(string address)
    {
        using GrpcChannel channel = GrpcChannel.ForAddress($"http://{address}");
        CallInvoker calls = channel.CreateCallInvoker();
        await UnaryAsync(calls);
        Assert.Equal(3_000_000, (await calls.AsyncUnaryCall(EchoService.Unary, null, default, new byte[3_000_000])).Length);
        await StreamsAsync(calls);
        RpcException failed = await FailAsync(calls, EchoService.Unary, default, "fail");
        Assert.Equal((StatusCode.FailedPrecondition, "as asked, 100 %"), (failed.StatusCode, failed.Status.Detail));
        DateTime soon = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300);
        Assert.Equal(StatusCode.DeadlineExceeded, (await FailAsync(calls, EchoService.Unary, new CallOptions(deadline: soon), "wait")).StatusCode);
        using CancellationTokenSource cancel = new(50);
        Assert.Equal(StatusCode.Cancelled, (await FailAsync(calls, EchoService.Unary, new CallOptions(cancellationToken: cancel.Token), "wait")).StatusCode);
        Assert.Equal(StatusCode.Unimplemented, (await FailAsync(calls, EchoService.Nothing, default, "x")).StatusCode);
        Assert.Equal([8, 1], await calls.AsyncUnaryCall(EchoService.Health, null, default, []));
        byte[][] many = await Task.WhenAll(Enumerable.Range(0, 250).Select(i => calls.AsyncUnaryCall(EchoService.Unary, null, default, [(byte)i]).ResponseAsync));
        Assert.Equal(Enumerable.Range(0, 250).Select(static i => (byte)i), many.Select(static answer => answer.Single()));
    }

    private static async Task UnaryAsync(CallInvoker calls)
    {
        Metadata headers = new() { { "x-key", "value" }, { "x-key-bin", [0, 255] } };
        using AsyncUnaryCall<byte[]> call = calls.AsyncUnaryCall(EchoService.Unary, null, new CallOptions(headers), "ping"u8.ToArray());
        Assert.Equal("ping"u8.ToArray(), await call);
        Assert.Equal("value", call.GetTrailers().GetValue("x-key"));
        Assert.Equal([0, 255], call.GetTrailers().GetValueBytes("x-key-bin"));
    }

    private static async Task StreamsAsync(CallInvoker calls)
    {
        CancellationToken stop = RelayTests.Stop;
        CallOptions options = new(cancellationToken: stop);
        using AsyncClientStreamingCall<byte[], byte[]> up = calls.AsyncClientStreamingCall(EchoService.Up, null, options);
        for (int i = 0; i < 100; i++)
        {
            await up.RequestStream.WriteAsync(new byte[10_000], stop);
        }

        await up.RequestStream.CompleteAsync();
        Assert.Equal(1_000_000, BitConverter.ToInt32(await up));

        using AsyncServerStreamingCall<byte[]> down = calls.AsyncServerStreamingCall(EchoService.Down, null, options, [10]);
        long length = 0;
        while (await down.ResponseStream.MoveNext(stop))
        {
            length += down.ResponseStream.Current.Length;
        }

        Assert.Equal(1_000_000, length);

        using AsyncDuplexStreamingCall<byte[], byte[]> both = calls.AsyncDuplexStreamingCall(EchoService.Both, null, options);
        for (byte i = 0; i < 50; i++)
        {
            await both.RequestStream.WriteAsync([i], stop);
            Assert.True(await both.ResponseStream.MoveNext(stop));
            Assert.Equal([i], both.ResponseStream.Current);
        }

        await both.RequestStream.CompleteAsync();
        Assert.False(await both.ResponseStream.MoveNext(stop));
    }

    private static Task<RpcException> FailAsync(CallInvoker calls, Method<byte[], byte[]> method, CallOptions options, string message)
        => Assert.ThrowsAsync<RpcException>(async () => await calls.AsyncUnaryCall(method, null, options, System.Text.Encoding.ASCII.GetBytes(message)));
}
