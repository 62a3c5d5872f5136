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
using Weft.ControlPlane.Pages;

namespace Weft.ControlPlane.Api;

/// <summary>The API's web server: a Unix socket, HTTPS, and plain HTTP on loopback for browsers. HTTP/1.1 only; every limit is set here.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app) => _app = app;

    /// <summary>The address of the HTTPS listener with its real port, as "127.0.0.1:15011".</summary>
    public string HttpsAddress => AddressOf(_app, "https://")!;

    /// <summary>Where browsers find the page: plain HTTP on loopback if it is served there, else HTTPS; as "http://127.0.0.1:15012".</summary>
    public string PageAddress => PageAddressOf(_app);

    /// <exception cref="ServerStartException">Exit code 70: an address is taken or may not be used.</exception>
    public static async Task<ApiHost> StartAsync(ServerSettings settings, ApiParts parts, Caller caller, PageFiles files, ILoggerProvider logging)
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
        Map(app, settings, parts, caller, files, logging);
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
                settings.Ui is null ? $"the API cannot listen on {settings.Api}: {fault.Message}" : $"the API cannot listen on {settings.Api}, or the page on {settings.Ui}: {fault.Message}",
                "stop what uses the address, or choose another one with --api or --ui",
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

    private static string PageAddressOf(WebApplication app)
        => AddressOf(app, "http://") is { } plain ? $"http://{plain}" : $"https://{AddressOf(app, "https://")}";

    private static string? AddressOf(WebApplication app, string scheme) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
        .Where(address => address.StartsWith(scheme, StringComparison.Ordinal) && !address.StartsWith("http://unix:", StringComparison.Ordinal))
        .Select(address => new Uri(address))
        .Select(address => string.Create(CultureInfo.InvariantCulture, $"{address.Host}:{address.Port}"))
        .FirstOrDefault();

    private static void Map(WebApplication app, ServerSettings settings, ApiParts parts, Caller caller, PageFiles files, ILoggerProvider logging)
    {
        PageGuard guard = new(settings.Names);
        PageServer pages = new(files, guard, new Login(caller.Sessions, parts.Store));
        ApiPipeline pipeline = new(caller, pages, guard, new RefusalBudget(parts.Time), parts.Store, logging.CreateLogger("Weft.Api"));
        app.Use(next => context => pipeline.InvokeAsync(WithMetricsPath(context), next));
        app.UseRouting();
        new ModelEndpoints(parts, pipeline, () => PageAddressOf(app)).Map(app);
        new MeshEndpoints(parts, pipeline, app.Lifetime.ApplicationStopping).Map(app);
        new SessionEndpoints(caller.Sessions, () => PageAddressOf(app), pipeline).Map(app);
        new TrafficEndpoints(parts, pipeline).Map(app);
        new FlowEndpoints(parts, pipeline, app.Lifetime.ApplicationStopping).Map(app);
        new OtlpEndpoints(parts).Map(app);
        new MetricsPage(parts).Map(app);
        EventFeed feed = new(parts, logging.CreateLogger("Weft.Events"));
        parts.Models.Changed += change => feed.Committed(change.After);
        _ = feed.RunAsync(app.Lifetime.ApplicationStopping);
        new EventEndpoints(feed, app.Lifetime.ApplicationStopping).Map(app);
    }

    /// <summary>Scrapers ask for /metrics by themselves.</summary>
    private static HttpContext WithMetricsPath(HttpContext context)
    {
        if (context.Request.Path == "/metrics")
        {
            context.Request.Path = MetricsPage.Path;
        }

        return context;
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
        if (settings.Ui is { } page)
        {
            options.Listen(page, listen => listen.Protocols = HttpProtocols.Http1);
        }
    }

    private static Socket BindSocket(EndPoint endpoint)
        => endpoint is UnixDomainSocketEndPoint unix
            ? ApiSocket.Bind(unix, unix.ToString())
            : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
}
