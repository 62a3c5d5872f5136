
namespace Weft.ControlPlane;

/// <summary>The version of this program.</summary>
public static class ServerVersion
{
    public static string Text { get; } = typeof(ServerVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
