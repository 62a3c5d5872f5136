namespace Weft.Cli.Demo;

/// <summary>Where the demo keeps its things unless told otherwise; other commands look there for a control plane when there is no other.</summary>
internal static class DemoPaths
{
    /// <summary>Below the run directory.</summary>
    public const string Folder = "demo";

    /// <summary>The API's socket of a demo that root started in the default place.</summary>
    public const string DefaultSocket = "/run/weft/demo/server/weft.sock";
}
