namespace Weft.Proxy.State;

/// <summary>Replaces files whole: a reader sees the old bytes or the new ones, also after a crash.</summary>
internal static class AtomicFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a temporary file beside the target, flushes it to the disk and renames it. The file is readable by its owner only.</summary>
    /// <exception cref="IOException">The directory is gone or the disk is full; the old file stays.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string temporary = path + ".new";
        FileStreamOptions options = new()
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.None,
            UnixCreateMode = OwnerOnly,
            BufferSize = 0,
        };
        using (FileStream file = new(temporary, options))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
