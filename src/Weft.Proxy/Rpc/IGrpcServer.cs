namespace Weft.Proxy.Rpc;

/// <summary>Where calls go: the control plane over HTTP/2, or a script in tests.</summary>
internal interface IGrpcServer
{
    /// <summary>Starts a call; null when there is no connection, with the reason.</summary>
    /// <param name="method">Full path of the method.</param>
    ValueTask<(IGrpcCall? Call, string Fault)> StartAsync(string method);
}
