using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Weft.Shop.Hosting;

/// <summary>Starts one role on <c>LISTEN_ADDRESS:PORT</c> (default <c>0.0.0.0:8080</c>) and stops it gracefully on SIGTERM.</summary>
internal static class ShopHost
{
    private const int DefaultPort = 8080;

    public static async Task<int> RunAsync(string role, Wire wire, Action<WebApplication> map)
    {
        if (!TryReadEndpoint(out IPEndPoint? endpoint, out string problem))
        {
            Console.Error.WriteLine(problem);
            return 64;
        }

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(endpoint, listener => listener.Protocols = wire == Wire.Grpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        if (wire == Wire.Grpc)
        {
            builder.Services.AddGrpc();
        }

        await using WebApplication app = builder.Build();
        MapHealth(app, wire, role);
        map(app);
        await app.RunAsync();
        return 0;
    }

    private static void MapHealth(WebApplication app, Wire wire, string role)
    {
        if (wire == Wire.Grpc)
        {
            app.MapGrpcService<HealthService>();
        }
        else
        {
            app.MapGet("/health", context => context.Response.WriteAsync(role + " is well\n"));
        }
    }

    private static bool TryReadEndpoint(out IPEndPoint endpoint, out string problem)
    {
        string port = Environment.GetEnvironmentVariable("PORT") ?? DefaultPort.ToString(CultureInfo.InvariantCulture);
        string address = Environment.GetEnvironmentVariable("LISTEN_ADDRESS") ?? "0.0.0.0";
        endpoint = new IPEndPoint(IPAddress.Any, DefaultPort);
        problem = "";
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0)
        {
            problem = $"PORT=\"{port}\" is no port: give a number from 1 to 65535";
            return false;
        }

        if (!IPAddress.TryParse(address, out IPAddress? parsed))
        {
            problem = $"LISTEN_ADDRESS=\"{address}\" is no IP address";
            return false;
        }

        endpoint = new IPEndPoint(parsed, number);
        return true;
    }
}
