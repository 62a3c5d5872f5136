using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.Authority;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Signing;
using Weft.ControlPlane.Tests.Support;
using Weft.Identity;
using Xunit;

namespace Weft.ControlPlane.Tests.Serving;

/// <summary>What a connection of a proxy holds in OpenSSL, with the options of the real listener on a real socket.</summary>
public sealed class TlsMemoryTests : IAsyncLifetime
{
    private readonly ManualTime _time = new() { Now = TimeProvider.System.GetUtcNow() };
    private readonly CertificateAuthority _authority;
    private readonly ServerCertificateSource _certificates;
    private readonly MeshListener _listener;
    private readonly SslStreamCertificateContext _client;
    private readonly TcpListener _socket = new(IPAddress.Loopback, 0);
    private readonly List<SslStream> _open = [];

    public TlsMemoryTests()
    {
        _authority = CertificateAuthority.Open(new AuthorityStore(new MemoryMetaStore()), new AuthorityOptions { TrustDomain = "weft.local", LeafLifetime = TimeSpan.FromDays(2) }, _time);
        _certificates = new ServerCertificateSource(_authority, ["localhost"], [], _time);
        _listener = new MeshListener(_authority, _certificates, _time, NullLogger<MeshListener>.Instance);
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        IssuedCertificate issued = _authority.Issue(CertificateRequestBuilder.Build(key, null), SpiffeId.ForWorkload("weft.local", "shop", "cart"));
        _client = SslStreamCertificateContext.Create(
            X509CertificateLoader.LoadCertificate(issued.Chain[0]).CopyWithPrivateKey(key), [X509CertificateLoader.LoadCertificate(issued.Chain[1])], offline: true);
        _socket.Start();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Connections_share_one_context_and_give_their_buffers_back_until_the_certificate_is_renewed()
    {
        Assert.True(TlsMemory.IsSupported, "the runtime or its OpenSSL has changed: see TlsMemory");
        List<SslStream> first = [await ConnectAsync(), await ConnectAsync(), await ConnectAsync()];
        nint context = TlsMemory.ContextOf(first[0]);
        Assert.NotEqual(0, context);
        Assert.All(first, stream => Assert.Equal(context, TlsMemory.ContextOf(stream)));
        Assert.All(first, static stream => Assert.True(TlsMemory.IsSpared(stream)));

        // Half of its life is over, and not yet the client's.
        _time.Advance(TimeSpan.FromHours(13).TotalSeconds);
        _certificates.RenewIfDue();
        Assert.NotEqual(context, TlsMemory.ContextOf(await ConnectAsync()));
    }

    [Fact]
    public async Task A_client_that_would_resume_its_session_shows_its_certificate_again()
    {
        for (int i = 0; i < 5; i++)
        {
            SslStream stream = await ConnectAsync();
            Assert.False(TlsMemory.IsResumed(stream), $"connection {i} was resumed");
            Assert.NotNull(stream.RemoteCertificate);
        }
    }

    [Fact]
    public void A_stream_without_a_handshake_is_left_alone()
    {
        using SslStream stream = new(new MemoryStream());
        TlsMemory.Spare(stream);
        Assert.Equal(0, TlsMemory.ContextOf(stream));
        Assert.False(TlsMemory.IsSpared(stream));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SslStream stream in _open)
        {
            await stream.DisposeAsync();
        }

        _socket.Dispose();
        _authority.Dispose();
    }

    /// <summary>A new connection, the server's end of it. A byte has gone both ways, and so has everything that belongs to the handshake.</summary>
    private async Task<SslStream> ConnectAsync()
    {
        TcpClient tcp = new();
        Task connecting = tcp.ConnectAsync((IPEndPoint)_socket.LocalEndpoint);
        SslStream server = new(new NetworkStream(await _socket.AcceptSocketAsync(), ownsSocket: true));
        await connecting;
        SslStream client = new(tcp.GetStream());
        _open.AddRange([client, server]);
        await Task.WhenAll(
            server.AuthenticateAsServerAsync((_, _, _, _) => ValueTask.FromResult(_listener.NewOptions()), null),
            client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                // Sessions are kept by name: with one, .NET's client resumes whenever it may.
                TargetHost = "localhost",
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                ClientCertificateContext = _client,
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            }));
        byte[] one = new byte[1];
        await server.WriteAsync(one);
        await client.ReadExactlyAsync(one);
        await client.WriteAsync(one);
        await server.ReadExactlyAsync(one);
        return server;
    }
}
