namespace Weft.Authority;

/// <summary>Lifetimes of what the authority signs.</summary>
public sealed record AuthorityOptions
{
    /// <summary>The trust domain that this authority vouches for.</summary>
    public required string TrustDomain { get; init; }

    public TimeSpan RootLifetime { get; init; } = TimeSpan.FromDays(3650);

    public TimeSpan IssuerLifetime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Lifetime of a workload's certificate; proxies renew at half of it. 1 second to 30 days.</summary>
    public TimeSpan LeafLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Lifetime of the server's own certificate, which it renews without anybody's help.</summary>
    public TimeSpan ServerLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How far validity begins in the past, for peers whose clocks run late; of a leaf at most a tenth of its life.</summary>
    public TimeSpan BackDate { get; init; } = TimeSpan.FromMinutes(5);

    /// <exception cref="ArgumentException">A lifetime is out of range.</exception>
    public void Check()
    {
        if (LeafLifetime < TimeSpan.FromSeconds(1) || LeafLifetime > TimeSpan.FromDays(30))
        {
            throw new ArgumentException($"The lifetime of workload certificates must be 1 second to 30 days, not {LeafLifetime}; see --leaf-ttl.");
        }

        if (IssuerLifetime <= LeafLifetime || RootLifetime <= IssuerLifetime)
        {
            throw new ArgumentException("The root must outlive the issuing certificate, and that the workloads' certificates.");
        }
    }
}
