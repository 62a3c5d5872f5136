using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>An HTTP/2 client that sends whatever frames it is told to.</summary>
internal sealed class Http2Attacker : IDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;
    public const byte EndStream = 1;
    public const byte EndHeaders = 4;
    private const byte GoAway = 7;
    private readonly Stream _stream;

    private Http2Attacker(Stream stream) => _stream = stream;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>GET /hello, of which every field but the path and the authority stands in the static table (RFC 7541, Appendix A).</summary>
    public static byte[] Get { get; } = [0x82, 0x86, 0x44, 6, .. "/hello"u8, 0x41, 1, .. "a"u8];

    /// <summary>POST /sum.</summary>
    public static byte[] Post { get; } = [0x83, 0x86, 0x44, 4, .. "/sum"u8, 0x41, 1, .. "a"u8];

    /// <summary>Connects, and sends the preface and SETTINGS.</summary>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="settings">The payload of SETTINGS.</param>
    /// <param name="identity">Certificates to prove itself with over TLS; null: in the clear.</param>
    public static async Task<Http2Attacker> ConnectAsync(int port, byte[]? settings = null, X509Certificate2Collection? identity = null)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, Stop);
        NetworkStream plain = new(socket, ownsSocket: true);
        Http2Attacker made = new(identity is null ? plain : await HandshakeAsync(plain, identity));
        byte[] preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, settings ?? [])];
        await made._stream.WriteAsync(preface, Stop);
        return made;
    }

    /// <summary>TLS 1.3 with a client that takes any server.</summary>
    /// <param name="plain">Belongs to what is returned.</param>
    /// <param name="identity">The client's own certificate with its key, then those of its issuers; empty: none.</param>
    public static async Task<SslStream> HandshakeAsync(Stream plain, X509Certificate2Collection identity)
    {
        SslStream tls = new(plain, leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "mesh",
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
                ClientCertificateContext = identity.Count == 0 ? null : SslStreamCertificateContext.Create(identity[0], [.. identity.Skip(1)], offline: true),
            },
            Stop);
        return tls;
    }

    /// <summary>One frame (RFC 9113, 4.1).</summary>
    public static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>Sends all of it, unless the other side has already closed.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes, Stop);
        }
        catch (IOException)
        {
            // It has been refused: what the other side said is still read.
        }
    }

    /// <summary>Reads until the other side closes; the error code of its last GOAWAY, or -1 when there was none.</summary>
    public async Task<long> ReadGoAwayAsync()
    {
        long code = -1;
        byte[] head = new byte[9];
        try
        {
            while (await FillAsync(head))
            {
                byte[] payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
                if (!await FillAsync(payload))
                {
                    break;
                }

                code = head[3] == GoAway ? BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4)) : code;
            }
        }
        catch (IOException)
        {
            // Reset after its last words.
        }

        return code;
    }

    public void Dispose() => _stream.Dispose();

    private async Task<bool> FillAsync(Memory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int read = await _stream.ReadAsync(bytes, Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Stop);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
        }

        return true;
    }
}
