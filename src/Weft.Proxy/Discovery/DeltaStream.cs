using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.Contracts.Protobuf;
using Weft.Proxy.Engine;
using Weft.Proxy.Rpc;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Discovery;

/// <summary>
/// The delta xDS stream (aggregated): tells the server what the <see cref="ConfigStore"/> wants and brings what it says. A response is
/// acknowledged after its snapshot is published; refused resources are named in the acknowledgement's error.
/// </summary>
internal sealed class DeltaStream(EventLoop loop, ConfigStore store, Node node)
{
    /// <summary>Characters of one refusal's reason that travel.</summary>
    private const int ReasonMax = 300;

    private IGrpcCall? _call;
    private bool _wantedSoon;
    private bool _nodeSent;

    /// <summary>Runs one stream to its end and says how it ended.</summary>
    public async ValueTask<GrpcStatus> RunAsync(IGrpcServer server)
    {
        (IGrpcCall? call, string fault) = await server.StartAsync(GrpcMethods.DeltaAggregatedResources);
        if (call is null)
        {
            return GrpcStatus.Unavailable(fault);
        }

        _call = call;
        _nodeSent = false;
        store.Wanted = TellSoon;
        foreach (DeltaDiscoveryRequest request in store.FirstRequests(node))
        {
            Send(request);
        }

        GrpcStatus? broken = await ReceiveAllAsync(call);
        store.Wanted = null;
        _call = null;
        await call.CloseAsync();
        return broken ?? call.Status;
    }

    /// <summary>Ends the stream.</summary>
    public void Cancel() => _call?.Cancel();

    private async ValueTask<GrpcStatus?> ReceiveAllAsync(IGrpcCall call)
    {
        while (await call.ReceiveAsync() is { } bytes)
        {
            DeltaDiscoveryResponse response;
            try
            {
                response = DeltaDiscoveryResponse.Parse(bytes);
            }
            catch (ProtoException wrong)
            {
                return new GrpcStatus(GrpcStatus.CodeInternal, "a response does not parse: " + wrong.Message);
            }

            IReadOnlyList<Refusal> refusals = store.Apply(response, loop.NowMs);
            Send(Acknowledge(response, refusals));
        }

        return null;
    }

    private static DeltaDiscoveryRequest Acknowledge(DeltaDiscoveryResponse response, IReadOnlyList<Refusal> refusals)
    {
        DeltaDiscoveryRequest request = new() { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce };
        if (refusals.Count > 0)
        {
            request.ErrorDetail = new RpcStatus
            {
                Code = GrpcStatus.CodeInvalidArgument,

                // One line "name: reason" each, which the server reads to tell the refused from their neighbours.
                Message = string.Join('\n', refusals.Select(static refusal => OneLine(refusal.ToString()))),
            };
        }

        return request;
    }

    private static string OneLine(string text) => (text.Length <= ReasonMax ? text : text[..ReasonMax] + "…").ReplaceLineEndings(" ");

    /// <summary>Subscriptions of one turn go out together.</summary>
    private void TellSoon()
    {
        if (!_wantedSoon)
        {
            _wantedSoon = true;
            loop.Ready(Tell);
        }
    }

    private void Tell()
    {
        _wantedSoon = false;
        if (_call is null)
        {
            return;
        }

        foreach (DeltaDiscoveryRequest request in store.NextRequests())
        {
            Send(request);
        }
    }

    private void Send(DeltaDiscoveryRequest request)
    {
        // Only the first request of a stream names the node.
        request.Node = _nodeSent ? null : node;
        _nodeSent = true;
        _call?.TrySend(request);
    }
}
