namespace Weft.Identity;

/// <summary>Identities that the mesh itself uses. No workload may be issued one of them.</summary>
public static class WellKnownIdentities
{
    /// <summary>The namespace of the mesh's own programs; users cannot register services in it.</summary>
    public const string SystemNamespace = "weft";

    /// <summary>
    /// What the control plane's certificate names. A proxy checks it: every workload's certificate chains to the same
    /// root, and none of them may pose as the control plane.
    /// </summary>
    public static SpiffeId ControlPlane(string trustDomain) => SpiffeId.ForWorkload(trustDomain, SystemNamespace, "control-plane");
}
