namespace Weft.Contracts;

/// <summary>Type URLs of the resources that travel over the discovery stream.</summary>
public static class TypeUrls
{
    public const string Prefix = "type.googleapis.com/weft.mesh.v1.";
    public const string Destination = Prefix + "Destination";
    public const string Service = Prefix + "Service";
    public const string Endpoints = Prefix + "Endpoints";
    public const string RouteSet = Prefix + "RouteSet";
    public const string PolicySet = Prefix + "PolicySet";
    public const string Telemetry = Prefix + "Telemetry";
    public const string TrustBundle = Prefix + "TrustBundle";

    /// <summary>Every type, in the order in which a receiver may apply them without a gap: what is referred to comes first.</summary>
    public static IReadOnlyList<string> All { get; } = [TrustBundle, PolicySet, Service, Endpoints, RouteSet, Destination, Telemetry];
}
