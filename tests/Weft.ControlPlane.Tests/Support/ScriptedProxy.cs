using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.Contracts.Session;
using Weft.ControlPlane.Serving;
using Weft.Identity;

namespace Weft.ControlPlane.Tests.Support;

/// <summary>A proxy that does what a test says, over a real connection.</summary>
internal sealed class ScriptedProxy : IAsyncDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IPEndPoint _server;
    private readonly List<IDisposable> _open = [];
    private GrpcChannel? _channel;

    internal ScriptedProxy(IPEndPoint server, string ns, string service, string workload)
    {
        _server = server;
        Namespace = ns;
        Service = service;
        Workload = workload;
    }

    internal string Namespace { get; }

    internal string Service { get; }

    internal string Workload { get; }

    internal ECDsa Key { get; } = CertificateRequestBuilder.CreateKey();

    /// <summary>Leaf with key and the issuing certificate; null before the proxy has joined.</summary>
    internal SslStreamCertificateContext? Certificate { get; set; }

    internal SignResponse? Signed { get; private set; }

    /// <summary>The certificates that the server sent in the last handshake, without the leaf.</summary>
    internal List<byte[]> ServerChain { get; } = [];

    internal async Task JoinAsync(string token)
    {
        UseCertificate(await SignAsync(new SignRequest
        {
            Csr = CertificateRequestBuilder.Build(Key, null),
            JoinToken = token,
            Namespace = Namespace,
            Service = Service,
        }));
    }

    internal async Task<SignResponse> SignAsync(SignRequest request)
        => await Invoker().AsyncUnaryCall(
            GrpcMethod.Create<SignRequest, SignResponse>(MethodType.Unary, GrpcMethods.Sign), null, Options(), request);

    internal void UseCertificate(SignResponse signed)
    {
        Signed = signed;
        X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(signed.Chain[0]).CopyWithPrivateKey(Key);
        Certificate = SslStreamCertificateContext.Create(leaf, [X509CertificateLoader.LoadCertificate(signed.Chain[1])], offline: true);
        Reconnect();
    }

    /// <summary>Forgets the connection, so that the next call makes a new one with the present certificate.</summary>
    internal void Reconnect()
    {
        foreach (IDisposable open in _open)
        {
            open.Dispose();
        }

        _open.Clear();
        _channel?.Dispose();
        _channel = null;
    }

    internal AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> OpenDelta()
        => Keep(Invoker().AsyncDuplexStreamingCall(
            GrpcMethod.Create<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(MethodType.DuplexStreaming, GrpcMethods.DeltaAggregatedResources),
            null,
            Options()));

    internal AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> OpenState()
        => Keep(Invoker().AsyncDuplexStreamingCall(
            GrpcMethod.Create<DiscoveryRequest, DiscoveryResponse>(MethodType.DuplexStreaming, GrpcMethods.StreamAggregatedResources), null, Options()));

    internal AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> OpenSession()
        => Keep(Invoker().AsyncDuplexStreamingCall(
            GrpcMethod.Create<ProxyMessage, ServerMessage>(MethodType.DuplexStreaming, GrpcMethods.Connect), null, Options()));

    /// <summary>Opens the session, says hello and waits for the welcome.</summary>
    internal async Task<AsyncDuplexStreamingCall<ProxyMessage, ServerMessage>> HelloAsync(
        string address = "10.0.0.1", Action<Hello>? change = null)
    {
        AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> session = OpenSession();
        var hello = new Hello
        {
            Workload = Namespace + "/" + Workload,
            Service = Namespace + "/" + Service,
            Address = address,
            TunnelPort = 15008,
            Epoch = Guid.NewGuid().ToString("n"),
            ProxyVersion = "0.1.0",
            Capture = "transparent",
            Ports = [new WorkloadPort { Port = 8080, TargetPort = 8080, Protocol = "http1" }],
        };
        change?.Invoke(hello);
        try
        {
            await session.RequestStream.WriteAsync(new ProxyMessage { Hello = hello });
        }
        catch (InvalidOperationException)
        {
            // The server has ended the call already; reading tells why.
        }

        ServerMessage first = await session.ReadAsync();
        Xunit.Assert.NotNull(first.Welcome);
        return session;
    }

    internal Node Node() => new() { Id = Namespace + "/" + Workload };

    public ValueTask DisposeAsync()
    {
        Reconnect();
        Key.Dispose();
        return ValueTask.CompletedTask;
    }

    private T Keep<T>(T call)
        where T : IDisposable
    {
        _open.Add(call);
        return call;
    }

    private static CallOptions Options() => new(deadline: TimeProvider.System.GetUtcNow().Add(TimeSpan.FromMinutes(2)).UtcDateTime);

    private CallInvoker Invoker()
    {
        _channel ??= GrpcChannel.ForAddress($"https://{_server}", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions
                {
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificateContext = Certificate,
                    RemoteCertificateValidationCallback = (_, _, chain, _) =>
                    {
                        ServerChain.Clear();
                        ServerChain.AddRange(chain!.ChainPolicy.ExtraStore.Select(certificate => certificate.RawData));
                        return true;
                    },
                },
            },
            DisposeHttpClient = true,
        });
        return _channel.CreateCallInvoker();
    }
}
