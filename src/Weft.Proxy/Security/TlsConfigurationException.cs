namespace Weft.Proxy.Security;

/// <summary>A certificate, key or trust bundle cannot be used. Thrown while a context is made, never on the data path.</summary>
internal sealed class TlsConfigurationException(string message, TlsPart part = TlsPart.Library) : Exception(message)
{
    /// <summary>What of the configuration is at fault.</summary>
    public TlsPart Part { get; } = part;
}
