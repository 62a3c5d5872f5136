using System.Text;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.State;

/// <summary>
/// What a proxy keeps on disk to start without the control plane: its identity and the last good configuration.
/// The directory belongs to the proxy alone (mode 0700). Control thread only.
/// </summary>
internal sealed class StateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Far more than 10,000 subscriptions need; a larger file is not ours.</summary>
    private const long ResourceFileBytesMax = 1L << 30;

    private readonly string _path;

    private StateDirectory(string path) => _path = path;

    /// <summary>Key and certificate chain in one file, so that a crash can never leave them unlike.</summary>
    private string IdentityPath => Path.Combine(_path, "identity.pem");

    private string RootsPath => Path.Combine(_path, "roots.pem");

    private string ResourcesPath => Path.Combine(_path, "resources.bin");

    /// <summary>Opens the directory and makes it when it is missing.</summary>
    /// <exception cref="IOException">It cannot be made or belongs to somebody else.</exception>
    public static StateDirectory Open(string path)
    {
        try
        {
            string full = Path.GetFullPath(path);
            Directory.CreateDirectory(full, OwnerOnly);
            File.SetUnixFileMode(full, OwnerOnly);
            return new StateDirectory(full);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException(fault.Message, fault);
        }
    }

    /// <summary>The identity of the last run, or null when there is none that can be used; a damaged one is said in the log.</summary>
    public SavedIdentity? LoadIdentity()
    {
        if (!File.Exists(IdentityPath))
        {
            return null;
        }

        try
        {
            string identity = File.ReadAllText(IdentityPath);
            int chain = identity.IndexOf("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal);
            return chain > 0
                ? SavedIdentity.Parse(identity[..chain], identity[chain..], File.ReadAllText(RootsPath))
                : throw new FormatException("it holds no key followed by a certificate");
        }
        catch (Exception fault) when (fault is IOException or FormatException or UnauthorizedAccessException)
        {
            ProxyLog.Error($"the saved identity {IdentityPath} cannot be used: {fault.Message}; the workload has to join again with a token");
            return null;
        }
    }

    /// <exception cref="IOException">The disk does not take it.</exception>
    public void SaveIdentity(SavedIdentity identity)
    {
        // Roots first: an identity without its roots would be refused by the next start.
        AtomicFile.Write(RootsPath, Encoding.ASCII.GetBytes(identity.RootsPem));
        AtomicFile.Write(IdentityPath, Encoding.ASCII.GetBytes(identity.KeyPem.TrimEnd() + "\n" + identity.ChainPem));
    }

    /// <summary>The configuration of the last run, or null; a damaged file is refused as a whole and said in the log.</summary>
    public SavedResources? LoadResources()
    {
        FileInfo file = new(ResourcesPath);
        if (!file.Exists)
        {
            return null;
        }

        try
        {
            return file.Length <= ResourceFileBytesMax
                ? ResourceFile.Decode(File.ReadAllBytes(ResourcesPath))
                : throw new FormatException($"it has {file.Length} bytes");
        }
        catch (Exception fault) when (fault is IOException or FormatException or UnauthorizedAccessException)
        {
            ProxyLog.Error($"the saved configuration {ResourcesPath} is refused: {fault.Message}; starting without it, everything is denied until the control plane answers");
            return null;
        }
    }

    /// <exception cref="IOException">The disk does not take it; the old file stays.</exception>
    public void SaveResources(SavedResources resources) => AtomicFile.Write(ResourcesPath, ResourceFile.Encode(resources));
}
