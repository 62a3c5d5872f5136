using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weft.Contracts.Discovery;
using Weft.ControlPlane.Signing;
using Weft.ControlPlane.Status;
using Weft.Identity;

namespace Weft.ControlPlane.Serving;

/// <summary>Serves discovery streams: who the client is, one task that reads, one that writes.</summary>
internal sealed partial class DiscoveryService(
    SubscriptionIndex index, AckLedger acks, IHostApplicationLifetime lifetime, ILogger<DiscoveryService> log)
{
    private static int s_streams;

    internal Task ServeDeltaAsync(
        IAsyncStreamReader<DeltaDiscoveryRequest> requests, IServerStreamWriter<DeltaDiscoveryResponse> responses, ServerCallContext call)
        => ServeAsync(requests, responses, call, request => request.Node, (ledger, scope) => new DeltaStream(index, ledger, scope));

    internal Task ServeStateAsync(
        IAsyncStreamReader<DiscoveryRequest> requests, IServerStreamWriter<DiscoveryResponse> responses, ServerCallContext call)
        => ServeAsync(requests, responses, call, request => request.Node, (ledger, scope) => new StateStream(index, ledger, scope));

    private async Task ServeAsync<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests,
        IServerStreamWriter<TResponse> responses,
        ServerCallContext call,
        Func<TRequest, Node?> nodeOf,
        Func<ProxyLedger, ProxyScope, IDiscoveryStream<TRequest, TResponse>> open)
        where TResponse : class
    {
        SpiffeId identity = ClientIdentity.Require(call);
        if (Interlocked.Increment(ref s_streams) > DiscoveryLimits.MaxStreams)
        {
            Interlocked.Decrement(ref s_streams);
            throw GrpcFault.Create(StatusCode.ResourceExhausted, $"This server serves {DiscoveryLimits.MaxStreams} discovery streams already.");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            if (!await ReadFirstAsync(requests, stop.Token))
            {
                return;
            }

            string workload = WorkloadOf(nodeOf(requests.Current), identity);
            using IDiscoveryStream<TRequest, TResponse> stream = open(acks.Open(workload, identity.ServiceName!), new ProxyScope(identity));
            await PumpAsync(stream, requests, responses, stop);
        }
        catch (DiscoveryException e)
        {
            Log.Ended(log, identity.ToString(), e.Message);
            throw GrpcFault.Create(StatusCode.InvalidArgument, e.Message);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw GrpcFault.Create(StatusCode.Unavailable, "The server is stopping.");
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The proxy went away. Whether its workload did too is for the session stream to say.
            Log.Ended(log, identity.ToString(), "connection closed");
        }
        finally
        {
            Interlocked.Decrement(ref s_streams);
        }
    }

    private static async Task<bool> ReadFirstAsync<TRequest>(IAsyncStreamReader<TRequest> requests, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(DiscoveryLimits.FirstMessage);
        try
        {
            return await requests.MoveNext(limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw GrpcFault.Create(StatusCode.DeadlineExceeded, $"No first message within {DiscoveryLimits.FirstMessage.TotalSeconds} s.");
        }
    }

    private static async Task PumpAsync<TRequest, TResponse>(
        IDiscoveryStream<TRequest, TResponse> stream,
        IAsyncStreamReader<TRequest> requests,
        IServerStreamWriter<TResponse> responses,
        CancellationTokenSource stop)
        where TResponse : class
    {
        // Whoever of the two ends first ends the other: a stream of which one half is dead would leave its proxy behind unnoticed.
        Task writing = WriteAsync(stream, responses, stop);
        try
        {
            do
            {
                stream.Handle(requests.Current);
            }
            while (await requests.MoveNext(stop.Token));
        }
        catch (OperationCanceledException)
        {
            // If the writer is why, its fault is the one to tell.
            await writing;
            throw;
        }
        finally
        {
            await stop.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task WriteAsync<TRequest, TResponse>(
        IDiscoveryStream<TRequest, TResponse> stream, IServerStreamWriter<TResponse> responses, CancellationTokenSource stop)
        where TResponse : class
    {
        try
        {
            while (true)
            {
                while (stream.Next() is { } response)
                {
                    await responses.WriteAsync(response, stop.Token);
                }

                await stream.WaitAsync(stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    private static string WorkloadOf(Node? node, SpiffeId identity)
    {
        string id = node?.Id ?? "";
        string prefix = identity.Namespace + "/";
        return id.Length > prefix.Length && id.Length <= DiscoveryLimits.MaxNameLength && id.StartsWith(prefix, StringComparison.Ordinal)
            ? id
            : throw new DiscoveryException($"node.id must be '{prefix}<workload>', in the namespace of the certificate's identity {identity}.");
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Discovery stream of {Identity} ended: {Reason}")]
        internal static partial void Ended(ILogger log, string identity, string reason);
    }
}
