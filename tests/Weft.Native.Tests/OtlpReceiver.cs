using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Weft.Tests.Otlp;

namespace Weft.Native.Tests;

/// <summary>A collector of OTLP: Kestrel's HTTP, messages read by code of the public tools.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app, int grpcPort, int httpPort)
    {
        _app = app;
        GrpcPort = grpcPort;
        HttpPort = httpPort;
    }

    public int GrpcPort { get; }

    public int HttpPort { get; }

    public ConcurrentQueue<Span> Spans { get; } = new();

    public ConcurrentQueue<LogRecord> Logs { get; } = new();

    public ConcurrentQueue<Metric> Metrics { get; } = new();

    /// <summary>Path and header fields of every request.</summary>
    public ConcurrentQueue<(string Path, IReadOnlyDictionary<string, string> Headers)> Requests { get; } = new();

    /// <param name="certificate">Of <see cref="TestCertificates"/>: it speaks TLS and shows this one.</param>
    /// <param name="protocols">Versions of TLS.</param>
    /// <param name="clients">The subject alternative name that clients' certificates must have, if they must have one.</param>
    public static async Task<OtlpReceiver> StartAsync(string? certificate = null, SslProtocols protocols = SslProtocols.None, string? clients = null)
    {
        int grpc = Programs.FreePort();
        int http = Programs.FreePort();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.ListenLocalhost(grpc, listen => Listen(listen, HttpProtocols.Http2));
            options.ListenLocalhost(http, listen => Listen(listen, HttpProtocols.Http1));
        });
        void Listen(ListenOptions listen, HttpProtocols spoken)
        {
            listen.Protocols = spoken;
            if (certificate is not null)
            {
                listen.UseHttps(TestCertificates.Shared.Load(certificate), https =>
                {
                    https.SslProtocols = protocols;
                    https.ClientCertificateMode = clients is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (shown, _, _) => shown.MatchesHostname(clients!);
                });
            }
        }

        OtlpReceiver receiver = new(builder.Build(), grpc, http);
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        Requests.Enqueue((context.Request.Path.Value ?? "", context.Request.Headers.ToDictionary(static field => field.Key, static field => field.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        byte[] bytes = body.ToArray();
        bool isGrpc = context.Request.ContentType == "application/grpc";
        if (isGrpc)
        {
            if (bytes.Length < 5 || bytes[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)) != bytes.Length - 5)
            {
                context.Response.StatusCode = 400;
                return;
            }

            bytes = bytes[5..];
        }

        context.Request.Path.StartsWithSegments("/otlp", out PathString path);
        switch (path.HasValue ? path.Value : context.Request.Path.Value)
        {
            case "/v1/traces" or "/opentelemetry.proto.collector.trace.v1.TraceService/Export":
                Add(Spans, TraceRequest.Parser.ParseFrom(bytes).ResourceSpans.SelectMany(static r => r.ScopeSpans).SelectMany(static s => s.Spans));
                break;
            case "/v1/logs" or "/opentelemetry.proto.collector.logs.v1.LogsService/Export":
                Add(Logs, LogsRequest.Parser.ParseFrom(bytes).ResourceLogs.SelectMany(static r => r.ScopeLogs).SelectMany(static s => s.LogRecords));
                break;
            case "/v1/metrics" or "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export":
                Add(Metrics, MetricsRequest.Parser.ParseFrom(bytes).ResourceMetrics.SelectMany(static r => r.ScopeMetrics).SelectMany(static s => s.Metrics));
                break;
            default:
                context.Response.StatusCode = 404;
                return;
        }

        if (isGrpc)
        {
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        }
    }

    private static void Add<T>(ConcurrentQueue<T> to, IEnumerable<T> items)
    {
        foreach (T item in items)
        {
            to.Enqueue(item);
        }
    }
}
