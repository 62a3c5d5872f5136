using System.Runtime.CompilerServices;
using Xunit;

namespace Weft.Cli.Tests.Support;

/// <summary>Expected output as a file under <c>Golden/</c>; <c>UPDATE_GOLDEN=1</c> writes it instead, and the difference is reviewed like code.</summary>
internal static class GoldenFile
{
    public static void Check(string name, string actual, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{path} is missing; run with UPDATE_GOLDEN=1 and review it");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
