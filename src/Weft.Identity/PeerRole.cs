namespace Weft.Identity;

/// <summary>Which end of the handshake presented the certificate.</summary>
public enum PeerRole
{
    Client,
    Server,
}
