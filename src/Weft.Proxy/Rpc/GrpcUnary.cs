using Weft.Contracts.Protobuf;

namespace Weft.Proxy.Rpc;

/// <summary>Calls with one message each way.</summary>
internal static class GrpcUnary
{
    /// <summary>Sends the request and waits for the answer.</summary>
    /// <returns>The answer's bytes and an OK status, or null and why not.</returns>
    public static async ValueTask<(byte[]? Answer, GrpcStatus Status)> CallAsync<T>(IGrpcServer server, string method, T request)
        where T : IProtoMessage<T>
    {
        (IGrpcCall? call, string fault) = await server.StartAsync(method);
        if (call is null)
        {
            return (null, GrpcStatus.Unavailable(fault));
        }

        call.TrySend(request);
        call.EndSending();
        byte[]? answer = await call.ReceiveAsync();
        if (answer is not null && await call.ReceiveAsync() is not null)
        {
            await call.CloseAsync();
            return (null, new GrpcStatus(GrpcStatus.CodeInternal, "more than one answer"));
        }

        await call.CloseAsync();
        return call.Status.IsOk && answer is null
            ? (null, new GrpcStatus(GrpcStatus.CodeInternal, "no answer"))
            : (call.Status.IsOk ? answer : null, call.Status);
    }
}
