using Grpc.Core;
using Weft.Contracts.Discovery;

namespace Weft.ControlPlane.Tests.Support;

/// <summary>Reading and answering with a time limit that makes a hanging test fail with a name.</summary>
internal static class CallExtensions
{
    internal static async Task<TResponse> ReadAsync<TRequest, TResponse>(this AsyncDuplexStreamingCall<TRequest, TResponse> call)
    {
        bool more = await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(ScriptedProxy.Patience);
        return more ? call.ResponseStream.Current : throw new InvalidOperationException("The server ended the stream.");
    }

    internal static Task SubscribeAsync(
        this AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call, Node? node, string type, params string[] names)
        => call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { Node = node, TypeUrl = type, ResourceNamesSubscribe = [.. names] });

    internal static Task AckAsync(
        this AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call, DeltaDiscoveryResponse response, string? error = null)
        => call.RequestStream.WriteAsync(new DeltaDiscoveryRequest
        {
            TypeUrl = response.TypeUrl,
            ResponseNonce = response.Nonce,
            ErrorDetail = error is null ? null : new RpcStatus { Code = 3, Message = error },
        });

    /// <summary>Reads one response and acknowledges it.</summary>
    internal static async Task<DeltaDiscoveryResponse> TakeAsync(this AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call)
    {
        DeltaDiscoveryResponse response = await call.ReadAsync();
        await call.AckAsync(response);
        return response;
    }
}
