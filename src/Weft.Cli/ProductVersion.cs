using System.Reflection;

namespace Weft.Cli;

/// <summary>Version of this program, as the build stamped it.</summary>
internal static class ProductVersion
{
    /// <summary>Without the build's commit suffix: <c>0.1.0</c>.</summary>
    public static string Text { get; } = (typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];
}
