namespace Weft.ControlPlane;

/// <summary>The directory that holds everything the server keeps. Held exclusively: two servers on one directory would fight over it.</summary>
public sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Makes the directory (mode 0700) if it is missing, and locks it.</summary>
    /// <exception cref="ServerStartException">It cannot be made or written (70), or another server holds it (70).</exception>
    public static DataDirectory Open(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ServerStartException(
                ServerExit.CannotStart,
                $"the data directory {path} cannot be made: {fault.Message}",
                "choose another one with --data",
                fault);
        }

        RefuseForeignWriters(path);
        return new DataDirectory(path, TakeLock(path));
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _lock.Dispose();

    private static void RefuseForeignWriters(string path)
    {
        UnixFileMode mode = System.IO.File.GetUnixFileMode(path);
        if ((mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw new ServerStartException(ServerExit.CannotStart, $"the data directory {path} can be written by others", $"chmod 0700 {path}");
        }
    }

    private static FileStream TakeLock(string path)
    {
        string file = System.IO.Path.Combine(path, "lock");
        try
        {
            // FileShare.None takes flock(2) exclusively; the kernel lets go of it when the process ends, however it ends.
            return new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new ServerStartException(
                ServerExit.CannotStart,
                $"the data directory {path} cannot be written: {fault.Message}",
                "give it to the user that runs the server, or choose another one with --data",
                fault);
        }
        catch (IOException fault)
        {
            throw new ServerStartException(
                ServerExit.CannotStart,
                $"the data directory {path} cannot be locked: {fault.Message}",
                "stop the other server that uses it, or choose another one with --data",
                fault);
        }
    }
}
