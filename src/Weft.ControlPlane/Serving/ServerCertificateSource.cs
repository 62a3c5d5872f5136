using System.Collections.ObjectModel;
using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Weft.Authority;
using Weft.Identity;

namespace Weft.ControlPlane.Serving;

/// <summary>The server's present certificate, renewed by the authority at half of its life. Used by every TLS listener of the server.</summary>
public sealed class ServerCertificateSource
{
    private readonly CertificateAuthority _authority;
    private readonly IReadOnlyList<string> _dnsNames;
    private readonly IReadOnlyList<IPAddress> _addresses;
    private readonly TimeProvider _time;
    private SslStreamCertificateContext _current;
    private DateTimeOffset _renewAt;

    /// <param name="authority">Who signs.</param>
    /// <param name="dnsNames">Names under which people reach the API.</param>
    /// <param name="addresses">Addresses under which people reach the API.</param>
    /// <param name="time">The clock.</param>
    public ServerCertificateSource(
        CertificateAuthority authority, IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> addresses, TimeProvider time)
    {
        _authority = authority;
        _dnsNames = dnsNames;
        _addresses = addresses;
        _time = time;
        Identity = WellKnownIdentities.ControlPlane(authority.TrustDomain);
        _current = Issue();
    }

    /// <summary>The identity that proxies expect of a control plane.</summary>
    public SpiffeId Identity { get; }

    /// <summary>Certificate, key and chain for handshakes.</summary>
    public SslStreamCertificateContext Current => Volatile.Read(ref _current);

    /// <summary>Renews the certificate when it is due. Connections that are open keep the old one, so its key is left to the garbage collector.</summary>
    public void RenewIfDue()
    {
        if (_time.GetUtcNow() >= _renewAt)
        {
            Volatile.Write(ref _current, Issue());
        }
    }

    private SslStreamCertificateContext Issue()
    {
        DateTimeOffset now = _time.GetUtcNow();
        ServerCertificate server = _authority.IssueServerCertificate(Identity, _dnsNames, _addresses);
        _renewAt = now + ((server.NotAfter - now) / 2);

        // The root travels along: a joiner has only its hash from the token and must see it in the handshake. The public way to make a
        // context always leaves the root out on Linux, so the constructor behind it is called; a test watches that it stays there.
        return NewContext(server.Leaf, new ReadOnlyCollection<X509Certificate2>([server.Issuer, server.Root]), null);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SslStreamCertificateContext NewContext(
        X509Certificate2 target, ReadOnlyCollection<X509Certificate2> intermediates, SslCertificateTrust? trust);
}
