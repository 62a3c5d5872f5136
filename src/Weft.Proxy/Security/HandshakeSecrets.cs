using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weft.Proxy.Security;

/// <summary>
/// The application traffic secrets of a handshake (RFC 8446, 7.1), as OpenSSL tells them: lines of a label, the client's random and the secret in
/// hexadecimal. They lie outside the managed heap, where nothing moves them, and are wiped by whoever frees this.
/// </summary>
internal sealed unsafe class HandshakeSecrets
{
    private byte* _secrets = (byte*)NativeMemory.AllocZeroed(2 * CipherSuite.HashMax);
    private int _client;
    private int _server;

    public ReadOnlySpan<byte> Client => new(_secrets, _client);

    public ReadOnlySpan<byte> Server => new(_secrets + CipherSuite.HashMax, _server);

    /// <summary>Whether both are there, in the length that the suite has.</summary>
    public bool Fit(CipherSuite suite) => _client == suite.HashSize && _server == suite.HashSize;

    /// <summary>Takes a line; others than those of the two secrets are passed over.</summary>
    public void Take(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("CLIENT_TRAFFIC_SECRET_0 "u8))
        {
            _client = Read(line, new Span<byte>(_secrets, CipherSuite.HashMax));
        }
        else if (line.StartsWith("SERVER_TRAFFIC_SECRET_0 "u8))
        {
            _server = Read(line, new Span<byte>(_secrets + CipherSuite.HashMax, CipherSuite.HashMax));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    public void Free()
    {
        if (_secrets is not null)
        {
            new Span<byte>(_secrets, 2 * CipherSuite.HashMax).Clear();
            NativeMemory.Free(_secrets);
            _secrets = null;
            _client = _server = 0;
        }
    }

    private static int Read(ReadOnlySpan<byte> line, Span<byte> secret)
        => Convert.FromHexString(line[(line.LastIndexOf((byte)' ') + 1)..], secret, out _, out int written) == OperationStatus.Done ? written : 0;
}
