using Grpc.Net.Client;

namespace Weft.Shop.Upstreams;

/// <summary>Clients of the other services. Addresses are plain names unless <c>NAME_URL</c> says otherwise.</summary>
internal static class Upstream
{
    /// <summary>Connections do not grow old: whatever moves or joins something is followed within this time, and nothing has to be restarted.</summary>
    public static readonly TimeSpan ConnectionLifetime = TimeSpan.FromSeconds(15);

    /// <summary>One call, from the first byte of the request to the last of the answer's head.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);

    public static HttpClient Http(string service) => new(NewHandler()) { BaseAddress = AddressOf(service), Timeout = CallTimeout };

    public static GrpcChannel Grpc(string service)
        => GrpcChannel.ForAddress(AddressOf(service), new GrpcChannelOptions { HttpHandler = NewHandler(), DisposeHttpClient = true });

    private static SocketsHttpHandler NewHandler() => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = ConnectionLifetime,
        // Shorter than the keep-alive of every server here, so that a request never meets a connection that is being closed.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(3),
        EnableMultipleHttp2Connections = true,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    };

    private static Uri AddressOf(string service)
        => new(Environment.GetEnvironmentVariable(service.ToUpperInvariant() + "_URL") ?? $"http://{service}:8080");
}
