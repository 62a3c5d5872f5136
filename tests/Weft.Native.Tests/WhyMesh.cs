using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Two services, web that calls and cart that answers, and the built command line that is asked why.</summary>
internal sealed class WhyMesh : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly string _outbound;

    private WhyMesh(LoopbackMesh mesh, string outbound)
    {
        Mesh = mesh;
        _outbound = outbound;
    }

    public LoopbackMesh Mesh { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="application">Where cart's application is, or should be.</param>
    /// <param name="link">Cart's way to the control plane, where it is to be cut.</param>
    /// <param name="server">Options of the server.</param>
    /// <param name="cart">Options of cart's proxy.</param>
    /// <param name="web">Options of web's proxy.</param>
    public static async Task<WhyMesh> StartAsync(string application, CuttableLink? link = null, string[]? server = null, string[]? cart = null, string[]? web = null)
    {
        LoopbackMesh mesh = await LoopbackMesh.StartAsync(server ?? []);
        link?.LeadTo(mesh.ControlPort);
        string outbound = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Programs.FreePort()}");
        await mesh.StartProxyAsync("cart-1", link?.Port ?? mesh.ControlPort, ["--port", $"8080={application}:http1", .. cart ?? []]);
        await mesh.StartProxyAsync("web-1", ["--to", "cart:8080=" + outbound, .. web ?? []]);
        return new WhyMesh(mesh, outbound);
    }

    /// <summary>A route of a service by the path's beginning, all to one backend.</summary>
    public static string Route(string service, string prefix, string backend, string? timeout = null) => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: {{service}} }
        spec:
          parentRefs: [{group: "", kind: Service, name: {{service}} }]
          rules:
            - matches: [{path: {type: PathPrefix, value: {{prefix}} } }]
              backendRefs: [{name: {{backend}}, port: 8080}]
              timeouts: {request: {{timeout ?? "0s"}} }
        """;

    /// <summary>One request from web to cart; its id and the reason that the mesh gave, empty where the application answered.</summary>
    public async Task<(HttpStatusCode Status, string Id, string Reason)> CallAsync(string path)
    {
        string id = Guid.CreateVersion7().ToString();
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://{_outbound}{path}") { Headers = { { "x-request-id", id } } };
        using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        string reason = answer.Headers.TryGetValues("x-weft-reason", out IEnumerable<string>? values) ? values.First() : "";
        Assert.Equal(reason.Length > 0, answer.Headers.TryGetValues("x-request-id", out IEnumerable<string>? told) && told.First() == id);
        return (answer.StatusCode, id, reason);
    }

    /// <summary>Waits until the control plane knows how long the workload's certificate is valid.</summary>
    public Task UntilCertificateIsKnownAsync(string workload)
        => EventuallyAsync(
            async () => (await Mesh.StatusAsync()).Proxies.Any(proxy => proxy.Workload == workload && proxy.CertificateNotAfter is not null),
            () => $"{workload} has not said how long its certificate is valid");

    /// <summary>The same, with nothing for an answer that did not come.</summary>
    public async Task<(HttpStatusCode Status, string Id, string Reason)> TryCallAsync(string path)
    {
        try
        {
            return await CallAsync(path);
        }
        catch (Exception refused) when (refused is HttpRequestException or IOException or SocketException)
        {
            return default;
        }
    }

    /// <summary>A client of web that asks for much and takes nothing.</summary>
    public async Task<TcpClient> StallAsync(string path)
    {
        TcpClient client = new() { ReceiveBufferSize = 4_096 };
        try
        {
            await client.ConnectAsync(IPEndPoint.Parse(_outbound), Stop);
            await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: cart\r\n\r\n"), Stop);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            // There is no room for it.
        }

        return client;
    }

    /// <summary>Calls until the answer has the reason, or the status where the application passed it on, and then a few times more, so that they are many among those before.</summary>
    public async Task<(HttpStatusCode Status, string Id)> UntilAsync(string path, string wanted)
    {
        (HttpStatusCode Status, string Id, string Reason) last = default;
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(s_patience);
        for (int hits = 0; hits < 5;)
        {
            Assert.False(late.IsCancellationRequested, $"the last answer was {(int)last.Status} {last.Reason}, not {wanted}");
            last = await CallAsync(path);
            hits = last.Reason == wanted || ((int)last.Status).ToString(CultureInfo.InvariantCulture) == wanted ? hits + 1 : 0;
            await Task.Delay(20, Stop);
        }

        return (last.Status, last.Id!);
    }

    /// <summary>
    /// Waits until <c>weft why SRC DST METHOD PATH</c> has the code as its verdict, as JSON and as text, and checks that the step is the first that is wrong.
    /// </summary>
    public async Task<WhyAnswer> ExpectAsync(string question, string code, string step)
    {
        WhyAnswer? answer = null;
        await EventuallyAsync(async () =>
        {
            (_, string output, _) = await WeftAsync($"why {question} -o json");
            answer = output.Length == 0 ? null : JsonSerializer.Deserialize(output, ApiJson.Default.WhyAnswer);
            return answer?.Verdict.Code == code;
        }, () => $"why {question}: {answer?.Verdict.Code} {answer?.Verdict.Text}, not {code}: {string.Join("; ", answer?.Steps.Select(static step => $"{step.Name}: {step.Text}") ?? [])}");
        Assert.False(answer!.Verdict.Ok);
        Assert.Equal(step, answer.Steps.First(static item => !item.Ok).Name);
        (int exit, string text, string errors) = await WeftAsync($"why {question}");
        Assert.Equal(1, exit);
        Assert.Contains($"({code})", text.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains($"weft explain {code}", errors, StringComparison.Ordinal);
        Assert.Equal(0, (await WeftAsync($"explain {code}")).Code);
        return answer;
    }

    /// <summary>Waits until <c>weft why REQUEST-ID</c> finds the cause at the hop.</summary>
    public async Task<StoryCause> ExpectStoryAsync(string id, string code, string source, string destination, string seenBy)
    {
        FlowStory? story = null;
        await EventuallyAsync(async () =>
        {
            (_, string output, _) = await WeftAsync($"why {id} -o json");
            story = output.Length == 0 ? null : JsonSerializer.Deserialize(output, ApiJson.Default.FlowStory);
            return story?.Cause is { } cause && (cause.Code, cause.Source, cause.Destination, cause.SeenBy) == (code, source, destination, seenBy);
        }, () => $"why {id}: {story?.Verdict}, not {code} at {source} -> {destination} seen by the {seenBy}");
        (int exit, string text, _) = await WeftAsync($"why {id}");
        Assert.Equal(1, exit);
        Assert.Contains(code, text.Split('\n')[0], StringComparison.Ordinal);
        return story!.Cause!;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Mesh.DisposeAsync();
    }

    private async Task<(int Code, string Output, string Errors)> WeftAsync(string line) => await Mesh.WeftAsync(line);

    private static async Task EventuallyAsync(Func<Task<bool>> condition, Func<string> complaint)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(s_patience);
        while (!await condition())
        {
            Assert.False(late.IsCancellationRequested, complaint());
            await Task.Delay(100, Stop);
        }
    }
}

/// <summary>An application that takes a request and resets the connection.</summary>
internal sealed class ResettingOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _running;

    public ResettingOrigin()
    {
        _listener.Start();
        Address = _listener.LocalEndpoint.ToString()!;
        _running = RunAsync();
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _running;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using Socket client = await _listener.AcceptSocketAsync(CancellationToken.None);
                if (await client.ReceiveAsync(new byte[4_096], SocketFlags.None) > 0)
                {
                    client.LingerState = new LingerOption(enable: true, seconds: 0);
                }
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}

/// <summary>An application that answers after half a second, at once on other paths, or after asking another one.</summary>
internal sealed class SlowOrigin : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SlowOrigin(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single()).Authority;
    }

    public string Address { get; }

    /// <param name="forwardTo">Whom "/forward" asks for "/slow", passing the request's id on, and whose status it returns.</param>
    public static async Task<SlowOrigin> StartAsync(string? forwardTo = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
        app.MapGet("/slow", async (HttpContext context) => await Task.Delay(500, context.RequestAborted));
        app.MapGet("/forward", async (HttpContext context) =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"http://{forwardTo}/slow");
            request.Headers.Add("x-request-id", context.Request.Headers["x-request-id"].ToString());
            using HttpResponseMessage answer = await http.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
        });
        await app.StartAsync(Stop);
        return new SlowOrigin(app);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
