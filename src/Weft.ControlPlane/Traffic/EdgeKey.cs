namespace Weft.ControlPlane.Traffic;

/// <summary>What a series of figures is kept for.</summary>
internal readonly record struct EdgeKey(
    string Source, string Destination, string Backend, string Route, string Protocol, string SourceIdentity, string DestinationIdentity)
{
    internal const string Unmeshed = "(unmeshed)";

    /// <summary>Where everything goes for which there is no series left.</summary>
    internal static EdgeKey Other { get; } = new("other", "other", "", "", "", "", "");
}
