using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Weft.Native.Tests;

/// <summary>
/// Kestrel with checks of health over HTTP (<c>/healthz</c>) and gRPC. While it is ill it says so there, and answers everything else with 500: whoever sends it a request
/// then has a failure to show.
/// </summary>
internal sealed class SickOrigin : IAsyncDisposable
{
    private static readonly byte[] Serving = [0, 0, 0, 0, 2, 8, 1];
    private static readonly byte[] NotServing = [0, 0, 0, 0, 2, 8, 2];

    private readonly WebApplication _app;
    private int _requests;
    private int _checks;

    private SickOrigin(WebApplication app) => _app = app;

    public volatile bool IsIll;

    /// <summary>Whether checks by HTTP get no answer at all.</summary>
    public volatile bool IsSilent;

    /// <summary>Where it listens; for a Unix socket as options write it.</summary>
    public string Address { get; private set; } = "";

    public int Port => int.Parse(Address[(Address.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Requests that were no checks.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public int Checks => Volatile.Read(ref _checks);

    /// <summary>Whether a check showed a certificate.</summary>
    public volatile bool SawCertificate;

    /// <param name="path">A Unix socket; null: a port on 127.0.0.1.</param>
    /// <param name="tls">Under TLS with this one of <see cref="TestCertificates"/>.</param>
    /// <param name="protocols">What it speaks.</param>
    public static async Task<SickOrigin> StartAsync(string? path = null, string? tls = null, HttpProtocols protocols = HttpProtocols.Http1)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (path is not null)
            {
                kestrel.ListenUnixSocket(path, listen => listen.Protocols = protocols);
                return;
            }

            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = protocols;
                if (tls is not null)
                {
                    listen.UseHttps(X509Certificate2.CreateFromPemFile(TestCertificates.Shared.Path(tls + ".pem"), TestCertificates.Shared.Path(tls + ".key")));
                }
            });
        });
        WebApplication app = builder.Build();
        SickOrigin origin = new(app);
        app.MapGet("/healthz", origin.CheckAsync);
        app.MapPost("/grpc.health.v1.Health/Check", origin.CheckGrpcAsync);
        app.MapFallback(origin.ServeAsync);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        origin.Address = path is not null ? "unix:" + path : address[(address.IndexOf("//", StringComparison.Ordinal) + 2)..];
        return origin;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task CheckAsync(HttpContext context)
    {
        Interlocked.Increment(ref _checks);
        if (IsSilent)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        SawCertificate |= context.Connection.ClientCertificate is not null;
        context.Response.StatusCode = IsIll ? 503 : 204;
    }

    private async Task CheckGrpcAsync(HttpContext context)
    {
        Interlocked.Increment(ref _checks);
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(IsIll ? NotServing : Serving, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private async Task ServeAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        context.Response.StatusCode = IsIll ? 500 : 200;
        await context.Response.WriteAsync($"from {Address}\n", context.RequestAborted);
    }
}
