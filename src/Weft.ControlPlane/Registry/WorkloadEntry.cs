using Weft.Contracts.Mesh;
using Weft.Contracts.Session;

namespace Weft.ControlPlane.Registry;

/// <summary>A workload with what is known of its connection. Guarded by the registry's lock.</summary>
internal sealed class WorkloadEntry(WorkloadRecord record, Hello hello)
{
    /// <summary>What endpoints are made from, with the health that callers are told.</summary>
    internal WorkloadRecord Record { get; set; } = record;

    /// <summary>What the proxy said when it came.</summary>
    internal Hello Hello { get; set; } = hello;

    /// <summary>What the proxy says of its workload, whatever we think of the connection.</summary>
    internal Health Reported { get; set; }

    /// <summary>The session that speaks for the workload; null when none does.</summary>
    internal RegistrySession? Session { get; set; }

    internal DateTimeOffset ConnectedAt { get; set; }

    /// <summary>When the last session ended, or when a restarted server read the entry from its store.</summary>
    internal DateTimeOffset LostAt { get; set; }

    /// <summary>How long after <see cref="LostAt"/> the entry may be removed.</summary>
    internal TimeSpan Grace { get; set; }

    /// <summary>Whether the entry comes from the store and its proxy may still come back: nothing bad is known of it.</summary>
    internal bool IsRestored { get; set; }

    /// <summary>Until when the proxy's certificate is valid, as it said last; kept when it is silent, because a proxy that is cut off cannot renew.</summary>
    internal DateTimeOffset? CertificateNotAfter { get; set; }

    internal bool IsConnected => Session is not null;
}
