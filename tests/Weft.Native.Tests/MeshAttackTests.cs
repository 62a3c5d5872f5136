using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weft.Testing;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Attacks on the tunnel of a mesh proxy: by strangers, who must not get beyond the handshake, and by a workload of the mesh that was taken over.</summary>
public sealed class MeshAttackTests
{
    private const int Clients = 100;
    private const int EnhanceYourCalm = 0xb;

    /// <summary>See <see cref="Http2FloodTests.Floods"/>.</summary>
    public static TheoryData<string> Floods => Http2FloodTests.Floods;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task A_flood_by_a_workload_of_the_mesh_ends_its_connection_and_harms_nobody(string flood)
    {
        await using AttackedMesh attacked = await AttackedMesh.StartAsync();
        const int Attackers = 8;
        byte[] bytes = Http2FloodTests.BytesOf(flood);
        X509Certificate2Collection identity = attacked.Identity;
        long[] codes = await Task.WhenAll(Enumerable.Range(0, Attackers).Select(async _ =>
        {
            using Http2Attacker attacker = await Http2Attacker.ConnectAsync(attacked.Port, identity: identity);
            Task<long> answer = attacker.ReadGoAwayAsync();
            await attacker.SendAsync(bytes);
            return await answer;
        }));
        Assert.All(codes, static code => Assert.Equal(EnhanceYourCalm, code));
        await attacked.CountedAsync("DOWNSTREAM_FLOOD", Attackers);
        await attacked.ExpectUnharmedAsync(growthMb: 24);
    }

    /// <summary>The first is silent, the second sends half a ClientHello, the third a whole one that is none, the fourth plain HTTP.</summary>
    [Theory]
    [InlineData("", "HANDSHAKE_TIMEOUT")]
    [InlineData("16030100c8010000c40303", "HANDSHAKE_TIMEOUT")]
    [InlineData("1603010005ffffffffff", "DOWNSTREAM_TLS_FAILED")]
    [InlineData("474554202f20485454502f312e310d0a0d0a", "DOWNSTREAM_TLS_FAILED")]
    public async Task Handshakes_that_lead_nowhere_end_in_time(string sent, string reason)
    {
        await using AttackedMesh attacked = await AttackedMesh.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, attacked.Port, Stop);
            await client.GetStream().WriteAsync(Convert.FromHexString(sent), Stop);
            await DrainAsync(client.GetStream());
        }));
        await attacked.CountedAsync(reason, Clients);
        await attacked.ExpectUnharmedAsync(growthMb: 24);
    }

    [Fact]
    public async Task A_flood_of_handshakes_without_a_certificate_lets_others_through()
    {
        await using AttackedMesh attacked = await AttackedMesh.StartAsync();
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        int made = 0;
        Task[] attackers =
        [
            .. Enumerable.Range(0, 16).Select(_ => Task.Run(
                async () =>
                {
                    while (!over.IsCancellationRequested)
                    {
                        await KnockAsync(attacked.Port, []);
                        Interlocked.Increment(ref made);
                    }
                },
                Stop)),
        ];
        for (int served = 0; served < 20 || Volatile.Read(ref made) < 500; served++)
        {
            await attacked.ExpectServedAsync();
        }

        await over.CancelAsync();
        await Task.WhenAll(attackers);
        await attacked.CountedAsync("PEER_CERTIFICATE_MISSING", made);
        await attacked.ExpectUnharmedAsync(growthMb: 24);
    }

    /// <summary>What is read is refused for its issuer, what is too large before anybody looks at it.</summary>
    [Theory]
    [Limit("Certificates that a peer shows in a handshake")]
    [InlineData(30_000, "PEER_ISSUER_UNKNOWN")]
    [InlineData(34_000, "DOWNSTREAM_TLS_FAILED")]
    [InlineData(4_000_000, "DOWNSTREAM_TLS_FAILED")]
    public async Task Certificates_are_read_up_to_their_limit(int bytes, string reason)
    {
        await using AttackedMesh attacked = await AttackedMesh.StartAsync();
        X509Certificate2Collection chain = [Certificate(bytes)];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => KnockAsync(attacked.Port, chain)));
        await attacked.CountedAsync(reason, 8);
        await attacked.ExpectUnharmedAsync(growthMb: 24);
    }

    /// <summary>A certificate of about that size that nobody of the mesh issued.</summary>
    private static X509Certificate2 Certificate(int bytes)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        CertificateRequest request = new("CN=large", key, HashAlgorithmName.SHA256);

        // Some 350 bytes are around an extension that nobody knows. Its name is from the arc of UUIDs, which needs no registration (X.667).
        request.CertificateExtensions.Add(new X509Extension("2.25.1", new byte[bytes - 350], critical: false));
        using X509Certificate2 made = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>One handshake with those certificates, or none, up to the other side's end of it.</summary>
    private static async Task KnockAsync(int port, X509Certificate2Collection certificates)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port, Stop);
        try
        {
            await using SslStream tls = await Http2Attacker.HandshakeAsync(client.GetStream(), certificates);
            await DrainAsync(tls);
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            // That is what is expected of a good proxy.
        }
    }

    private static async Task DrainAsync(Stream stream)
    {
        byte[] buffer = new byte[1_024];
        try
        {
            while (await stream.ReadAsync(buffer, Stop) > 0)
            {
                // Whatever it says is not for us.
            }
        }
        catch (IOException)
        {
            // Reset is an end, too.
        }
    }
}
