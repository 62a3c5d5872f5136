using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Other people's HTTP/1.1 server, which answers "ok" and tells what it understood of every whole request: "METHOD TARGET BODY".</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _seen = new();
    private readonly List<IAsyncDisposable> _parts = [];
    private Task _reading = Task.CompletedTask;

    private Recorder(string name) => Name = name;

    public string Name { get; }

    /// <summary>Where to send requests to.</summary>
    public string Address { get; set; } = "";

    /// <summary>All that can be had: three that record themselves, and two proxies with one of those behind. They are started one after another, and end each before the next.</summary>
    public static IReadOnlyList<Func<Task<Recorder>>> All { get; } =
    [
        static () => StartKestrelAsync("Kestrel"),
        static () => StartScriptAsync("Node", "recorder.js"),
        static () => StartScriptAsync("gunicorn", "recorder.py"),
        static async () => await (await StartKestrelAsync("nginx, Kestrel")).BehindNginxAsync(),
        static async () => await (await StartScriptAsync("HAProxy, Node", "recorder.js")).BehindHaproxyAsync(),
    ];

    public static async Task<Recorder> StartKestrelAsync(string name)
    {
        Recorder made = new(name);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1));
        WebApplication app = builder.Build();
        app.Run(made.RecordAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        made.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()["http://".Length..];
        made._parts.Add(app);
        return made;
    }

    public static async Task<Recorder> StartScriptAsync(string name, string script)
    {
        Interop program = await Interop.StartAsync(script);
        Recorder made = new(name) { Address = program.Addresses[0] };
        made._parts.Add(program);
        made._reading = made.ReadAsync(program);
        return made;
    }

    /// <summary>The same with nginx before it. Bodies that do not come end soon.</summary>
    public async Task<Recorder> BehindNginxAsync()
    {
        int port = Programs.FreePort();
        _parts.Add(await Background.StartNginxAsync(
            port,
            $$"""
            client_header_timeout 300ms; client_body_timeout 300ms; lingering_close off;
            server { listen 127.0.0.1:{{port}}; location / { proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_pass http://{{Address}}; } }
            """));
        Address = $"127.0.0.1:{port}";
        return this;
    }

    /// <summary>The same with HAProxy before it.</summary>
    public async Task<Recorder> BehindHaproxyAsync()
    {
        int port = Programs.FreePort();
        _parts.Add(await Background.StartAsync(
            port,
            "haproxy",
            ["-f", "{config}"],
            $"""
            defaults
              mode http
              timeout client 300ms
              timeout server 10s
              timeout connect 5s
              timeout http-request 300ms
              http-reuse never
              option http-server-close
            listen l
              bind 127.0.0.1:{port}
              server recorder {Address}

            """));
        Address = $"127.0.0.1:{port}";
        return this;
    }

    /// <summary>Waits until so many requests were understood, and takes all that were up to now.</summary>
    public Task<List<string>> TakeAsync(int count) => TakeAsync(taken => taken.Count >= count);

    /// <summary>Waits until that request was understood, and takes those before it.</summary>
    public async Task<List<string>> TakeAsync(string last)
    {
        List<string> taken = await TakeAsync(taken => taken.Contains(last));
        return [.. taken.Where(one => one != last)];
    }

    private async Task<List<string>> TakeAsync(Predicate<List<string>> enough)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(TimeSpan.FromSeconds(20));
        List<string> taken = [];
        while (true)
        {
            while (_seen.TryDequeue(out string? one))
            {
                taken.Add(one);
            }

            if (enough(taken) || late.IsCancellationRequested)
            {
                return taken;
            }

            await Task.Delay(1, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync();
        }

        await _reading;
    }

    private static string Spell(string method, string target, string body) => $"{method} {target} {body}".TrimEnd(' ');

    private async Task RecordAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _seen.Enqueue(Spell(context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget, Encoding.Latin1.GetString(body.ToArray())));
        context.Response.ContentLength = 2;
        await context.Response.WriteAsync("ok", context.RequestAborted);
    }

    private async Task ReadAsync(Interop program)
    {
        while (await program.ReadLineAsync(CancellationToken.None) is { } line)
        {
            string[] parts = JsonSerializer.Deserialize<string[]>(line)!;
            _seen.Enqueue(Spell(parts[0], parts[1], parts[2]));
        }
    }
}
