using System.Globalization;
using System.Net;
using Yarp.ReverseProxy.Configuration;

// Microsoft's reverse proxy library as it comes: every path to one destination, no logging.
if (args is not [string portText, string toText])
{
    Console.Error.WriteLine("usage: Weft.Bench.Yarp LISTEN_PORT TO_PORT");
    return 64;
}

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, int.Parse(portText, NumberStyles.None, CultureInfo.InvariantCulture)));
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "all", ClusterId = "origin", Match = new RouteMatch { Path = "{**rest}" } }],
    [
        new ClusterConfig
        {
            ClusterId = "origin",
            Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { ["one"] = new() { Address = "http://127.0.0.1:" + toText } },
        },
    ]);
WebApplication app = builder.Build();
app.MapReverseProxy();
await app.RunAsync();
return 0;
