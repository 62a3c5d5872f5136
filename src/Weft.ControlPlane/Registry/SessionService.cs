using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weft.Authority;
using Weft.Contracts.Session;
using Weft.ControlPlane.Flows;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Signing;
using Weft.ControlPlane.Traffic;
using Weft.Identity;

namespace Weft.ControlPlane.Registry;

/// <summary>Serves session streams: a workload exists while its proxy has one.</summary>
internal sealed partial class SessionService(
    WorkloadRegistry registry,
    SessionHub hub,
    TrafficStore traffic,
    FlowRoom flows,
    CertificateAuthority authority,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<SessionService> log)
{
    internal const int MaxSessions = 10_000;
    internal const uint ReportIntervalMs = 1_000;
    private static readonly TimeSpan HelloWait = TimeSpan.FromSeconds(10);

    internal async Task ConnectAsync(IAsyncStreamReader<ProxyMessage> messages, IServerStreamWriter<ServerMessage> replies, ServerCallContext call)
    {
        SpiffeId identity = ClientIdentity.Require(call);
        if (hub.Count >= MaxSessions)
        {
            throw GrpcFault.Create(StatusCode.ResourceExhausted, $"This server serves {MaxSessions} sessions already.");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, lifetime.ApplicationStopping);
        Hello hello = await ReadHelloAsync(messages, stop.Token);
        RegistrySession session = Register(hello, identity);
        using var connection = new ProxyConnection(session, hello.Service);
        hub.Add(connection);
        traffic.Open(session, hello);
        Log.Connected(log, hello.Workload, hello.Address, hello.ProxyVersion);
        connection.Send(new ServerMessage { Welcome = new Welcome { TrustDomain = authority.TrustDomain, ReportIntervalMs = ReportIntervalMs } });
        Task writing = WriteAsync(connection, replies, stop);
        try
        {
            await ReadAsync(connection, messages, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            Log.Lost(log, hello.Workload);
        }
        finally
        {
            hub.Remove(connection);
            traffic.Close(session, time.GetUtcNow());
            if (!lifetime.ApplicationStopping.IsCancellationRequested)
            {
                // A server that stops knows nothing of its proxies: they keep their place for the next run.
                registry.Disconnect(session);
            }

            await stop.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<Hello> ReadHelloAsync(IAsyncStreamReader<ProxyMessage> messages, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(HelloWait);
        try
        {
            return await messages.MoveNext(limit.Token) && messages.Current.Hello is { } hello
                ? hello
                : throw GrpcFault.Create(StatusCode.InvalidArgument, "The first message of a session must be Hello.");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw GrpcFault.Create(StatusCode.DeadlineExceeded, $"No Hello within {HelloWait.TotalSeconds} s.");
        }
    }

    private RegistrySession Register(Hello hello, SpiffeId identity)
    {
        try
        {
            return registry.Connect(hello, identity);
        }
        catch (RegistryException e)
        {
            Log.Refused(log, identity.ToString(), e.Message);
            throw GrpcFault.Create(StatusCode.PermissionDenied, e.Message);
        }
    }

    private async Task ReadAsync(ProxyConnection connection, IAsyncStreamReader<ProxyMessage> messages, CancellationToken stop)
    {
        while (await messages.MoveNext(stop))
        {
            ProxyMessage message = messages.Current;
            if (message.Health is { } health)
            {
                registry.Report(connection.Session, health.Healthy);
            }
            else if (message.Traffic is { } report)
            {
                Take(connection, report);
            }
            else if (message.Flows is { } batch)
            {
                flows.Take(connection, batch);
            }
            else if (message.Checks is { } checks)
            {
                connection.Checks = CallerVerdicts.Take(checks, time.GetUtcNow());
            }
            else if (message.Result is { } result)
            {
                connection.Answer(result);
            }
            else if (message.Goodbye is { Draining: true })
            {
                registry.Drain(connection.Session);
            }
            else if (message.Goodbye is not null)
            {
                registry.Remove(connection.Session);
                return;
            }
            else if (message.Hello is not null)
            {
                throw GrpcFault.Create(StatusCode.InvalidArgument, "Hello may only be the first message of a session.");
            }
        }
    }

    private void Take(ProxyConnection connection, TrafficReport report)
    {
        long notAfter = report.CertificateNotAfterUnixS;
        connection.Figures = new ProxyFigures(
            (long)Math.Min(report.ResidentBytes, long.MaxValue),
            (long)Math.Min(report.CpuUs, long.MaxValue),
            (int)Math.Min(report.OpenConnections, int.MaxValue),
            notAfter is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(notAfter) : null);
        registry.NoteCertificate(connection.Session, connection.Figures.CertificateNotAfter);
        traffic.Report(connection.Session, report, time.GetUtcNow());
    }

    private static async Task WriteAsync(ProxyConnection connection, IServerStreamWriter<ServerMessage> replies, CancellationTokenSource stop)
    {
        try
        {
            await foreach (ServerMessage message in connection.Outgoing.ReadAllAsync(stop.Token))
            {
                await replies.WriteAsync(message, stop.Token);
            }
        }
        finally
        {
            // A session that cannot take commands any more is over.
            await stop.CancelAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Workload} connected from {Address}, proxy {Version}")]
        internal static partial void Connected(ILogger log, string workload, string address, string version);

        [LoggerMessage(2, LogLevel.Information, "The session of {Workload} ended")]
        internal static partial void Lost(ILogger log, string workload);

        [LoggerMessage(3, LogLevel.Warning, "Session of {Identity} refused: {Reason}")]
        internal static partial void Refused(ILogger log, string identity, string reason);
    }
}
