using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;

namespace Weft.ControlPlane.Pages;

/// <summary>
/// The dashboard as it was built into this program: resources named "page/…", most with a ".br" and a ".gz" beside them. Empty where no Node.js was
/// there to build it.
/// </summary>
internal sealed class PageFiles
{
    public const string Index = "index.html";
    private const string Prefix = "page/";
    private readonly FrozenDictionary<string, PageFile> _files;

    public PageFiles(IReadOnlyDictionary<string, byte[]> contents)
    {
        Dictionary<string, PageFile> files = new(StringComparer.Ordinal);
        foreach ((string name, byte[] plain) in contents)
        {
            if (!name.EndsWith(".br", StringComparison.Ordinal) && !name.EndsWith(".gz", StringComparison.Ordinal))
            {
                string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 12))}\"";
                files.Add(name, new PageFile(name, plain, contents.GetValueOrDefault(name + ".br"), contents.GetValueOrDefault(name + ".gz"), tag));
            }
        }

        _files = files.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public bool IsThere => _files.ContainsKey(Index);

    /// <summary>Reads the resources of the program once; about a megabyte.</summary>
    public static PageFiles OfProgram()
    {
        Assembly program = typeof(PageFiles).Assembly;
        Dictionary<string, byte[]> contents = new(StringComparer.Ordinal);
        foreach (string resource in program.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using Stream stream = program.GetManifestResourceStream(resource)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            contents.Add(resource[Prefix.Length..].Replace('\\', '/'), bytes);
        }

        return new PageFiles(contents);
    }

    public PageFile? Find(string path) => _files.GetValueOrDefault(path);
}
