using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Api;

namespace Weft.ControlPlane.Otlp;

/// <summary>The listeners for OTLP: gRPC, and HTTP with protobuf. Plain on loopback, TLS anywhere else.</summary>
internal sealed class OtlpHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpHost(WebApplication app) => _app = app;

    /// <summary>Where the listeners really are, gRPC first, as far as they are on; as "http://127.0.0.1:4317".</summary>
    internal IReadOnlyList<string> Addresses => [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <exception cref="IOException">An address is taken.</exception>
    /// <exception cref="SocketException">An address may not be used.</exception>
    internal static async Task<OtlpHost> StartAsync(IPEndPoint? grpc, IPEndPoint? http, AdminToken token, OtlpIntake intake, ITrustView trust, ILoggerProvider logging)
    {
        OtlpGate gate = new(token, grpc, http);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(logging);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None).AddFilter("Grpc", LogLevel.Warning);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.AddSingleton(new OtlpGrpcService(intake, call => gate.Allows(call.GetHttpContext())));
        builder.Services.AddSingleton<IServiceMethodProvider<OtlpGrpcService>, OtlpGrpcMethods>();
        builder.Services.AddGrpc(static options => options.MaxReceiveMessageSize = OtlpLimits.BodyBytesMax);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => Listen(options, grpc, http, trust));
        WebApplication app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<OtlpGrpcService>();
        new OtlpHttp(intake, gate).Map(app);
        try
        {
            await app.StartAsync();
            return new OtlpHost(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Listen(KestrelServerOptions options, IPEndPoint? grpc, IPEndPoint? http, ITrustView trust)
    {
        KestrelLimits.Apply(options);
        options.Limits.MaxConcurrentConnections = OtlpLimits.ConnectionsMax;
        options.Limits.MaxRequestBodySize = OtlpLimits.BodyBytesMax;
        options.Limits.Http2.MaxStreamsPerConnection = 32;
        options.Limits.Http2.HeaderTableSize = 4 * 1024;
        Add(grpc, HttpProtocols.Http2, SslApplicationProtocol.Http2);
        Add(http, HttpProtocols.Http1, SslApplicationProtocol.Http11);

        void Add(IPEndPoint? address, HttpProtocols protocol, SslApplicationProtocol alpn)
        {
            if (address is not null)
            {
                options.Listen(address, listen =>
                {
                    listen.Protocols = protocol;
                    if (!OtlpGate.IsOpen(address))
                    {
                        listen.UseHttps(new ServerTls(trust, alpn).Options);
                    }
                });
            }
        }
    }
}
