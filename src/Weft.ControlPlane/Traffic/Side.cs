namespace Weft.ControlPlane.Traffic;

/// <summary>Whose proxy counted. Every exchange is counted once on the client side: by its caller's proxy, or, when the caller has none, by its callee's.</summary>
public enum Side
{
    Client,
    Server,
}
