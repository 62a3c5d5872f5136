using Xunit;

namespace Weft.Namespaces.Tests;

/// <summary>Network namespaces need root. Without it a test says so and is skipped; where CI=true promises root, it fails.</summary>
internal static class Privileges
{
    public static void RequireRoot()
    {
        if (Environment.IsPrivilegedProcess)
        {
            return;
        }

        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must run these tests as root");
        Assert.Skip("needs root: network namespaces");
    }
}
