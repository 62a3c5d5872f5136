using Xunit;

namespace Weft.Namespaces.Tests;

/// <summary>The programs that <c>./test</c> and <c>./weft</c> have built. Without them a test says so and is skipped; where CI=true promises them, it fails.</summary>
internal static class BuiltPrograms
{
    public static string Proxy => Find("weft-proxy", "WEFT_PROXY_PROGRAM");

    public static string Server => Find(Path.Combine("server", "weft-server"), "WEFT_SERVER_PROGRAM");

    private static string Find(string name, string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given)
        {
            return given;
        }

        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "artifacts", "bin-weft", name);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"CI must have built {name} before");
        Assert.Skip($"{name} is not built: run ./test, or ./weft version, first");
        return "";
    }
}
