namespace Weft.ControlPlane.Traffic;

/// <summary>Which instances exchanged, as far as the proxy knows. Empty where it does not.</summary>
internal readonly record struct CellPlaces(
    string SourceWorkload, string SourceVersion, string DestinationWorkload, string DestinationVersion, string DestinationZone, string TlsVersion);
