namespace Weft.ControlPlane.Registry;

/// <summary>A workload may not register as it asks; the message goes to its proxy.</summary>
internal sealed class RegistryException(string message) : Exception(message);
