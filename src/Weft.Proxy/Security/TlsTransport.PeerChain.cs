namespace Weft.Proxy.Security;

internal sealed unsafe partial class TlsTransport
{
    /// <summary>Certificates that are looked at; no honest chain is longer.</summary>
    private const int ChainMax = 8;

    /// <summary>What a server sent in the handshake, DER, as sent: leaf first. Whether any of it is to be trusted is the caller's question.</summary>
    public IReadOnlyList<byte[]> ReadPeerChain()
    {
        List<byte[]> chain = [];
        nint stack = IsClosed ? 0 : OpenSsl.SSL_get_peer_cert_chain(_ssl);
        int count = stack == 0 ? 0 : Math.Min(OpenSsl.OPENSSL_sk_num(stack), ChainMax);
        for (int i = 0; i < count; i++)
        {
            nint certificate = OpenSsl.OPENSSL_sk_value(stack, i);
            byte[] der = new byte[Math.Max(0, OpenSsl.i2d_X509(certificate, null))];
            fixed (byte* start = der)
            {
                byte* output = start;
                OpenSsl.i2d_X509(certificate, &output);
            }

            chain.Add(der);
        }

        return chain;
    }
}
