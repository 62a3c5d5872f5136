using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Events;

namespace Weft.ControlPlane.Api;

/// <summary>The API's web server: a Unix socket, and HTTPS. HTTP/1.1 only; every limit is set here.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app) => _app = app;

    /// <summary>The address of the HTTPS listener with its real port, as "127.0.0.1:15011".</summary>
    public string HttpsAddress => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
        .Where(address => address.StartsWith("https://", StringComparison.Ordinal))
        .Select(address => new Uri(address))
        .Select(address => string.Create(CultureInfo.InvariantCulture, $"{address.Host}:{address.Port}"))
        .First();

    /// <exception cref="ServerStartException">Exit code 70: an address is taken or may not be used.</exception>
    public static async Task<ApiHost> StartAsync(ServerSettings settings, ApiParts parts, Caller caller, ILoggerProvider logging)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(logging);

        // What fails at the start comes back as an exception and is told once.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.Configure<SocketTransportOptions>(options => options.CreateBoundListenSocket = BindSocket);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => Listen(options, settings, parts.Ports.Trust));
        WebApplication app = builder.Build();
        Map(app, parts, caller, logging);
        try
        {
            await app.StartAsync();
            return new ApiHost(app);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new ServerStartException(
                ServerExit.CannotStart,
                $"the API cannot listen on {settings.Api}: {fault.Message}",
                "stop what uses the address, or choose another one with --api",
                fault);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets calls finish until <paramref name="force"/>, then ends them.</summary>
    public Task StopAsync(CancellationToken force) => _app.StopAsync(force);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Map(WebApplication app, ApiParts parts, Caller caller, ILoggerProvider logging)
    {
        ApiPipeline pipeline = new(caller, new RefusalBudget(parts.Time), parts.Store, logging.CreateLogger("Weft.Api"));
        app.Use(next => context => pipeline.InvokeAsync(context, next));
        app.UseRouting();
        new ModelEndpoints(parts, pipeline).Map(app);
        new MeshEndpoints(parts, pipeline, app.Lifetime.ApplicationStopping).Map(app);
        new TrafficEndpoints(parts, pipeline).Map(app);
        new FlowEndpoints(parts, pipeline, app.Lifetime.ApplicationStopping).Map(app);
        EventFeed feed = new(parts, logging.CreateLogger("Weft.Events"));
        parts.Models.Changed += change => feed.Committed(change.After);
        _ = feed.RunAsync(app.Lifetime.ApplicationStopping);
        new EventEndpoints(feed, app.Lifetime.ApplicationStopping).Map(app);
    }

    private static void Listen(KestrelServerOptions options, ServerSettings settings, ITrustView trust)
    {
        KestrelLimits.Apply(options);
        options.ListenUnixSocket(settings.SocketPath, listen => listen.Protocols = HttpProtocols.Http1);
        options.Listen(settings.Api, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(new ServerTls(trust).Options);
        });
    }

    private static Socket BindSocket(EndPoint endpoint)
        => endpoint is UnixDomainSocketEndPoint unix
            ? ApiSocket.Bind(unix, unix.ToString())
            : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
}
