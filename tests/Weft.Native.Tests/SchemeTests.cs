using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Kestrel resets HTTP/2 requests whose :scheme is not that of the connection, so a relay that puts TLS on or takes it off must say the right one.</summary>
public sealed class SchemeTests
{
    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http2-prior-knowledge")]
    public async Task A_server_under_TLS_gets_https_from_clients_in_the_clear(string version)
    {
        TestCertificates c = TestCertificates.Shared;
        await using WebApplication server = await StartAsync(listen => listen.UseHttps(c.Load("b")));
        await using Relay relay = await Relay.StartAsync("--to", AddressOf(server), "--to-trust", c.Path("ca.pem"), "--to-san", "b.test");
        (int code, string output, string errors) = await Programs.RunAsync("curl", "-sS", version, $"http://{relay.Address}/");
        Assert.True(code == 0 && output == "https over HTTP/2", output + errors);
    }

    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http2")]
    public async Task A_server_in_the_clear_gets_http_from_clients_under_TLS(string version)
    {
        TestCertificates c = TestCertificates.Shared;
        await using WebApplication server = await StartAsync(static _ => { });
        await using Relay relay = await Relay.StartAsync(
            "--listen-cert", c.Path("b.pem"), "--listen-key", c.Path("b.key"), "--to", AddressOf(server), "--to-protocol", "http2");
        (int code, string output, string errors) = await Programs.RunAsync(
            "curl", "-sS", version, "--cacert", c.Path("ca.pem"), "--resolve", $"b.test:{relay.Port}:127.0.0.1", $"https://b.test:{relay.Port}/");
        Assert.True(code == 0 && output == "http over HTTP/2", output + errors);
    }

    private static async Task<WebApplication> StartAsync(Action<ListenOptions> listen)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, options =>
        {
            options.Protocols = HttpProtocols.Http2;
            listen(options);
        }));
        WebApplication app = builder.Build();
        app.MapGet("/", static (HttpContext context) => $"{context.Request.Scheme} over {context.Request.Protocol}");
        await app.StartAsync();
        return app;
    }

    private static string AddressOf(WebApplication app)
        => new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;
}
