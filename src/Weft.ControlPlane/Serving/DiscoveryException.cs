namespace Weft.ControlPlane.Serving;

/// <summary>The peer of a discovery stream broke a rule; the message goes to the peer.</summary>
internal sealed class DiscoveryException(string message) : Exception(message);
