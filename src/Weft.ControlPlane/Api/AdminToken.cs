using System.Security.Cryptography;
using System.Text;

namespace Weft.ControlPlane.Api;

/// <summary>A bearer token, of the API over HTTPS or of the intake for telemetry: 256 random bits in a file that only the server's user can read.</summary>
internal sealed class AdminToken
{
    public const string FileName = "admin.token";
    private const int TokenBytes = 32;
    private const int FileBytesMax = 4096;
    private readonly byte[] _hash;

    private AdminToken(string token) => _hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Reads the file, or makes it on the first start.</summary>
    /// <exception cref="ServerStartException">It cannot be read (65) or written (70).</exception>
    public static AdminToken Open(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Create(path);
            }

            if (new FileInfo(path).Length > FileBytesMax)
            {
                throw new ServerStartException(
                    ServerExit.BadData,
                    $"the token file {path} is larger than {FileBytesMax} bytes",
                    "remove it; a new one is made at the next start");
            }

            string token = File.ReadAllText(path).Trim();
            const int TokenCharsMin = 32;
            return token.Length >= TokenCharsMin
                ? new AdminToken(token)
                : throw new ServerStartException(ServerExit.BadData, $"the token file {path} holds no token", "remove it; a new one is made at the next start");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ServerStartException(
                ServerExit.CannotStart,
                $"the token file {path} cannot be used: {fault.Message}",
                "check that the server's user may read and write it",
                fault);
        }
    }

    /// <summary>Takes the same time for every wrong token: digests of equal length are compared in constant time.</summary>
    public bool Matches(ReadOnlySpan<char> candidate)
    {
        const int CandidateCharsMax = 1024;
        if (candidate.Length is 0 or > CandidateCharsMax)
        {
            return false;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(candidate.ToArray());
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(bytes), _hash);
    }

    private static void Create(string path)
    {
        // Written beside and renamed, so that a crash leaves no half token.
        string draft = path + ".new";
        File.Delete(draft);
        using (FileStream file = new(draft, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }
}
