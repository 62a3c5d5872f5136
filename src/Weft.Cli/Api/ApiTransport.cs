using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Cli.Api;

/// <summary>The connection under the API: a Unix socket, or TLS with roots of the user's choice.</summary>
internal static class ApiTransport
{
    private const int TokenBytesMax = 16 * 1024;

    private static readonly TimeSpan ConnectTimeMax = TimeSpan.FromSeconds(5);

    public static SocketsHttpHandler Create(ApiEndpoint endpoint)
    {
        // No proxy from the environment and no redirects: the answer comes from the one we dialled or not at all.
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = ConnectTimeMax };
        if (endpoint.Socket is { } path)
        {
            handler.ConnectCallback = (_, cancel) => ConnectAsync(path, cancel);
        }
        else if (endpoint.CaFile is { } file)
        {
            handler.SslOptions.CertificateChainPolicy = TrustOnly(file);
        }

        return handler;
    }

    public static string ReadToken(string file)
    {
        var token = ReadLimited(file, TokenBytesMax).Trim();
        if (token.Length == 0 || token.Any(c => c is <= ' ' or > '~'))
        {
            throw CliException.Of(ExitCode.Usage, "WF0005", $"{file} holds no token", "a token is one word of printable ASCII", "write the token into the file and nothing else");
        }

        return token;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Exactly these roots; those of the system do not count, and the server's name is checked as always.</summary>
    private static X509ChainPolicy TrustOnly(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPem(ReadLimited(file, 1024 * 1024));
        }
        catch (CryptographicException e)
        {
            throw CliException.Of(ExitCode.Usage, "WF0005", $"{file} holds no PEM certificates", e.Message, "give the mesh's root certificate in PEM form");
        }

        return policy;
    }

    private static string ReadLimited(string file, int bytesMax)
    {
        try
        {
            if (new FileInfo(file).Length > bytesMax)
            {
                throw CliException.Of(ExitCode.Usage, "WF0005", $"{file} is larger than {bytesMax / 1024} KiB");
            }

            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Of(ExitCode.Usage, "WF0005", $"{file} cannot be read", e.Message);
        }
    }
}
