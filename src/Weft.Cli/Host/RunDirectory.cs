using System.Globalization;
using System.Text.Json;

namespace Weft.Cli.Host;

/// <summary>
/// <c>/run/weft</c>: <c>workloads/</c> (one record each), <c>proxies/</c> (each proxy's state, with its key), <c>logs/</c>, <c>lock</c>. It belongs to one user and lies on a
/// file system that forgets at a reboot, as the kernel forgets the rest.
/// </summary>
internal sealed class RunDirectory
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);
    private readonly string _lockFile;

    public RunDirectory(string path)
    {
        Root = path;
        _lockFile = Path.Combine(path, "lock");
    }

    public string Root { get; }

    public string Workloads => Path.Combine(Root, "workloads");

    /// <summary>Where the search for a free address goes on. Lost with the directory, which only means starting at the front.</summary>
    public uint LastAddressOffset
    {
        get => File.Exists(AddressFile) && uint.TryParse(File.ReadAllText(AddressFile), NumberStyles.None, CultureInfo.InvariantCulture, out uint offset) ? offset : 1;
        set => File.WriteAllText(AddressFile, value.ToString(CultureInfo.InvariantCulture));
    }

    private string AddressFile => Path.Combine(Root, "last-address");

    /// <summary>Makes the directory, for its owner only.</summary>
    /// <exception cref="CliException">It exists and others may write to it.</exception>
    public void Ensure()
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(Root, ownerOnly);
        if ((File.GetUnixFileMode(Root) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw HostErrors.Fail(HostErrors.RunDirectoryUnsafe, $"{Root} may be written by others", "keys and process numbers kept there could be replaced", $"chmod 700 {Root}");
        }

        Directory.CreateDirectory(Workloads, ownerOnly);
    }

    /// <summary>Holds the machine-wide lock until disposed. The kernel lets go of it when the holder dies.</summary>
    public async Task<IDisposable> LockAsync(CancellationToken cancel)
    {
        long end = Environment.TickCount64 + (long)LockPatience.TotalMilliseconds;
        while (true)
        {
            Ensure();
            try
            {
                var held = new FileStream(_lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                if (File.Exists(_lockFile))
                {
                    return held;
                }

                // Whoever held it before us has removed the directory: this file is nobody's any more.
                await held.DisposeAsync();
            }
            catch (IOException) when (Environment.TickCount64 < end)
            {
                await Task.Delay(10, cancel);
            }
            catch (IOException e)
            {
                throw HostErrors.Fail(HostErrors.LockHeld, $"another weft has held {_lockFile} for {LockPatience.TotalSeconds:0} s", e.Message, "end it, or wait and try again");
            }
        }
    }

    public string StateOf(string id) => MakeFolder("proxies", id);

    public string LogOf(string id, string kind) => Path.Combine(MakeFolder("logs"), $"{id}.{kind}.log");

    /// <summary>Writes a record so that a reader sees the old or the new one, never a part.</summary>
    public void Save(WorkloadRecord record)
    {
        string path = RecordPath(record.Id);
        string draft = $"{path}.{Environment.ProcessId}";
        File.WriteAllText(draft, JsonSerializer.Serialize(record, HostJson.Default.WorkloadRecord));
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Changes a record that several processes write, if it is still there.</summary>
    public async Task UpdateAsync(string id, Func<WorkloadRecord, WorkloadRecord> change, CancellationToken cancel)
    {
        using IDisposable held = await LockAsync(cancel);
        if (TryLoad(id) is WorkloadRecord current)
        {
            Save(change(current));
        }
    }

    public WorkloadRecord? TryLoad(string id) => TryRead(RecordPath(id));

    public IReadOnlyList<WorkloadRecord> LoadAll() =>
        Directory.Exists(Workloads)
            ? [.. Directory.EnumerateFiles(Workloads, "*.json").Order(StringComparer.Ordinal).Select(TryRead).OfType<WorkloadRecord>()]
            : [];

    /// <summary>Removes the record, the proxy's state and its logs. Another command may be removing the directory meanwhile.</summary>
    public void Forget(string id)
    {
        try
        {
            ForgetAll(id);
        }
        catch (DirectoryNotFoundException)
        {
            // It is gone, with everything in it.
        }
    }

    /// <summary>Removes the directory when no workload is on record and nothing of the demo is in it.</summary>
    public async Task RemoveIfUnusedAsync(CancellationToken cancel)
    {
        if (!Directory.Exists(Root))
        {
            return;
        }

        using IDisposable held = await LockAsync(cancel);
        if (!Directory.EnumerateFiles(Workloads).Any() && !Directory.Exists(Path.Combine(Root, Demo.DemoPaths.Folder)))
        {
            Remove();
        }
    }

    /// <summary>Removes the directory with everything in it.</summary>
    public void Remove()
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    private void ForgetAll(string id)
    {
        File.Delete(RecordPath(id));
        string state = Path.Combine(Root, "proxies", id);
        if (Directory.Exists(state))
        {
            Directory.Delete(state, recursive: true);
        }

        foreach (string kind in (string[])["app", "proxy", "keeper"])
        {
            string log = Path.Combine(Root, "logs", $"{id}.{kind}.log");
            if (File.Exists(log))
            {
                File.Delete(log);
            }
        }
    }

    private string RecordPath(string id) => Path.Combine(Workloads, id + ".json");

    private string MakeFolder(params ReadOnlySpan<string> parts)
    {
        string folder = Path.Combine([Root, .. parts]);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    private static WorkloadRecord? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), HostJson.Default.WorkloadRecord);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            // A damaged record must not stop the others from being undone; what it stood for is found by name and mark.
            return null;
        }
    }
}
