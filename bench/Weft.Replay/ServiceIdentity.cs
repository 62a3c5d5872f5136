using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Weft.Contracts;
using Weft.Contracts.Api;
using Weft.Contracts.Session;
using Weft.Identity;

namespace Weft.Replay;

/// <summary>The key and certificate that the proxies of one service share here; in a real mesh each has its own.</summary>
internal sealed class ServiceIdentity : IDisposable
{
    private readonly ECDsa _key = CertificateRequestBuilder.CreateKey();
    private SslStreamCertificateContext? _certificate;
    private GrpcChannel? _shared;

    /// <summary>Joins as a proxy does: a token from the API, then a certificate for it.</summary>
    internal async Task JoinAsync(HttpClient api, GrpcChannel signing, int service)
    {
        TokenRequest wanted = new(MeshPlan.NamespaceOf(service), MeshPlan.NameOf(service));
        using HttpResponseMessage answer = await api.PostAsJsonAsync("/v1/tokens", wanted, ApiJson.Default.TokenRequest);
        answer.EnsureSuccessStatusCode();
        TokenResult token = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.TokenResult))!;
        SignRequest request = new()
        {
            Csr = CertificateRequestBuilder.Build(_key, null),
            JoinToken = token.Token,
            Namespace = wanted.Namespace,
            Service = wanted.Service,
        };
        SignResponse signed = await signing.CreateCallInvoker().AsyncUnaryCall(
            Wire.MethodOf<SignRequest, SignResponse>(MethodType.Unary, GrpcMethods.Sign), null, default, request);
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(signed.Chain[0]);
        _certificate = SslStreamCertificateContext.Create(
            bare.CopyWithPrivateKey(_key), [.. signed.Chain.Skip(1).Select(X509CertificateLoader.LoadCertificate)], offline: true);
    }

    /// <summary>A connection of its own to the server. The server is ours and on this machine, so its certificate is not looked at.</summary>
    internal static GrpcChannel Open(string address, ServiceIdentity? identity) => GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificateContext = identity?._certificate,
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            },
        },
    });

    /// <summary>The connection that the service's proxies share.</summary>
    internal GrpcChannel Shared(string address)
    {
        lock (_key)
        {
            return _shared ??= Open(address, this);
        }
    }

    public void Dispose()
    {
        _shared?.Dispose();
        _key.Dispose();
    }
}
