using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Authority;

/// <summary>The server's own certificate with its key, and what it sends beside it. The root goes along because a joiner knows only its hash.</summary>
public sealed class ServerCertificate(X509Certificate2 leaf, ECDsa key, X509Certificate2 issuer, X509Certificate2 root) : IDisposable
{
    public X509Certificate2 Leaf { get; } = leaf;

    public X509Certificate2 Issuer { get; } = issuer;

    public X509Certificate2 Root { get; } = root;

    public DateTimeOffset NotAfter => Leaf.NotAfter.ToUniversalTime();

    public void Dispose()
    {
        Leaf.Dispose();
        key.Dispose();
    }
}
