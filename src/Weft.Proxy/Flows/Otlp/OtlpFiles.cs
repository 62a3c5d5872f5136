namespace Weft.Proxy.Flows.Otlp;

/// <summary>Reads the small files that options name.</summary>
internal static class OtlpFiles
{
    /// <summary>The whole file.</summary>
    /// <exception cref="UsageException">It cannot be read or has more than <paramref name="bytesMax"/> bytes.</exception>
    public static byte[] Read(string option, string path, int bytesMax)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            using MemoryStream read = new();
            byte[] part = new byte[4_096];
            for (int count; read.Length <= bytesMax && (count = file.Read(part)) > 0;)
            {
                read.Write(part, 0, count);
            }

            return read.Length <= bytesMax
                ? read.ToArray()
                : throw new UsageException($"{option}: {path} has more than {bytesMax} bytes; is it the right file?", ExitCodes.BadInput);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{option}: {path} cannot be read: {wrong.Message}", ExitCodes.BadInput);
        }
    }
}
