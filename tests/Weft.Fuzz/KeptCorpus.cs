using System.Globalization;
using System.Security.Cryptography;

namespace Weft.Fuzz;

/// <summary>
/// Inputs that earlier hunts found worth keeping: a folder for each target, in it a file for each input, named by the SHA-256 of what it holds. So a file that was cut off, changed
/// or put there by somebody else is known, and two hunts that found the same keep it once.
/// </summary>
/// <param name="folder">Made when there is something to keep.</param>
/// <param name="tell">Where lines about files go that are ignored.</param>
internal sealed class KeptCorpus(string folder, Action<string> tell)
{
    /// <summary>Inputs of one target: all are tried at the start of a hunt, before anything new is.</summary>
    internal const int InputsMax = 1_000;

    /// <summary>Bytes of all inputs of one target.</summary>
    internal const int BytesMax = 1024 * 1024;

    /// <summary>Lines about ignored files of one target; the rest is counted.</summary>
    private const int LinesMax = 5;

    /// <summary>Beside the builds, where they are made; else where the hunt was started.</summary>
    internal static string DefaultFolder
    {
        get
        {
            for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            {
                if (at.Name == "artifacts")
                {
                    return Path.Combine(at.FullName, "fuzz-corpus");
                }
            }

            return Path.GetFullPath("fuzz-corpus");
        }
    }

    /// <summary>The inputs kept for a target, in the order of their names, so that the same files begin the same hunt.</summary>
    internal IReadOnlyList<byte[]> Load(string target)
    {
        DirectoryInfo own = new(Path.Combine(folder, target));
        if (!own.Exists)
        {
            return [];
        }

        List<byte[]> inputs = [];
        int ignored = 0;
        foreach (FileInfo file in own.EnumerateFiles().OrderBy(static file => file.Name, StringComparer.Ordinal))
        {
            if (inputs.Count < InputsMax && TryRead(file) is { } input)
            {
                inputs.Add(input);
            }
            else if (++ignored <= LinesMax)
            {
                tell($"ignored: {file.FullName} is damaged, or is no input that a hunt kept");
            }
        }

        if (ignored > LinesMax)
        {
            tell(string.Create(CultureInfo.InvariantCulture, $"ignored: {ignored - LinesMax} more files in {own.FullName}"));
        }

        return inputs;
    }

    /// <summary>Makes these the inputs of a target. Files that are no inputs stay: they are somebody's.</summary>
    internal void Save(string target, IReadOnlyList<byte[]> inputs)
    {
        DirectoryInfo own = Directory.CreateDirectory(Path.Combine(folder, target));
        Dictionary<string, byte[]> named = inputs.ToDictionary(NameOf);
        foreach (FileInfo file in own.EnumerateFiles())
        {
            if (!named.Remove(file.Name) && TryRead(file) is not null)
            {
                file.Delete();
            }
        }

        foreach ((string name, byte[] input) in named)
        {
            // Another name first: a hunt that is ended meanwhile leaves no half of an input under a whole one's name.
            string unfinished = Path.Combine(own.FullName, $"{name}.{Environment.ProcessId}");
            File.WriteAllBytes(unfinished, input);
            File.Move(unfinished, Path.Combine(own.FullName, name), overwrite: true);
        }
    }

    private static string NameOf(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input));

    /// <summary>Null when the file is not what its name says.</summary>
    private static byte[]? TryRead(FileInfo file)
    {
        try
        {
            if (file.Name.Length != 2 * SHA256.HashSizeInBytes || file.Length > Hunt.LongestInput)
            {
                return null;
            }

            byte[] input = File.ReadAllBytes(file.FullName);
            return NameOf(input) == file.Name ? input : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // Another hunt in the same folder has replaced it, or it is not ours to read.
            return null;
        }
    }
}
