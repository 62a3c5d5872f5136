namespace Weft.Model.Policies;

/// <summary>What a workload takes from outside the mesh.</summary>
public enum TlsMode
{
    /// <summary>Mutual TLS and plain connections.</summary>
    Permissive,

    /// <summary>Mutual TLS only.</summary>
    Strict,
}
