using Weft.Authority;
using Weft.Contracts.Api;
using Weft.Contracts.Mesh;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Checks;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Serving;
using Weft.Model;

namespace Weft.ControlPlane.Status;

/// <summary>Puts together what people ask about the mesh, from registry, ledger and present view.</summary>
internal sealed class MeshStatusReader(
    SubscriptionIndex index,
    WorkloadRegistry registry,
    SessionHub hub,
    AckLedger acks,
    MeshEngine engine,
    CertificateAuthority authority,
    TimeProvider time)
    : IMeshView, IServiceDirectory
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly CallerVerdicts _verdicts = new(hub);

    internal static string Version { get; } = typeof(MeshStatusReader).Assembly.GetName().Version!.ToString(3);

    public MeshStatus GetStatus()
    {
        ILookup<string, ProxyState> states = acks.Proxies().ToLookup(state => state.Workload, StringComparer.Ordinal);
        List<ProxyItem> proxies = registry.Select(entry => ToItem(entry, [.. states[entry.Record.Name.ToString()]]));
        return new MeshStatus
        {
            Commit = acks.Applied,
            TrustDomain = authority.TrustDomain,
            Version = Version,
            StartedAt = _startedAt,
            Now = time.GetUtcNow(),
            RootNotAfter = authority.RootNotAfter,
            IssuerNotAfter = authority.IssuerNotAfter,
            Proxies = [.. proxies.OrderBy(proxy => proxy.Workload, StringComparer.Ordinal)],
        };
    }

    public async ValueTask<RolloutStatus?> GetRolloutAsync(long commit, TimeSpan wait, CancellationToken stop)
    {
        if (commit < 0 || commit > engine.Newest)
        {
            return null;
        }

        return wait <= TimeSpan.Zero ? acks.Rollout(commit) : await acks.WaitAsync(commit, wait, stop);
    }

    public IReadOnlyList<ServiceItem> GetServices()
    {
        HashSet<(string, string)> down = [.. _verdicts.Of().Where(static item => item.IsDown()).Select(static item => (item.Service, item.Endpoint))];
        return [.. index.View.Services.Values
            .OrderBy(service => service.Name.Namespace, StringComparer.Ordinal)
            .ThenBy(service => service.Name.Name, StringComparer.Ordinal)
            .Select(service => ToItem(service, member => down.Contains((service.Name.ToString(), member.Name.ToString()))))];
    }

    public IReadOnlyList<CheckItem> GetChecks(string? service, string? caller) => _verdicts.Of(service, caller);

    /// <summary>Workloads that have just joined count before the view is made from them: who sees that a proxy is ready goes on with a commit that names its service.</summary>
    public bool Exists(NamespacedName service) => index.View.Services.ContainsKey(service) || registry.PortsOf(service) is not null;

    public IReadOnlyList<int> PortsOf(NamespacedName service)
        => index.View.Services.TryGetValue(service, out MeshService? known) ? [.. known.Ports.Select(port => port.Port)] : registry.PortsOf(service) ?? [];

    public IEnumerable<string> NamesIn(string ns) => index.View.Services.Keys.Where(name => name.Namespace == ns).Select(name => name.Name);

    private static ServiceItem ToItem(MeshService service, Func<WorkloadRecord, bool> isDown) => new(
        service.Name.Namespace,
        service.Name.Name,
        service.VirtualAddress,
        [.. service.Ports.Select(port => port.Port)],
        service.Members.Count,
        service.Members.Count(member => member.Health is Health.Healthy or Health.Unknown && (member.TunnelPort != 0 || !isDown(member))),
        service.IsImplicit,
        service.Members.Count(member => member.TunnelPort != 0));

    private ProxyItem ToItem(WorkloadEntry entry, ProxyState[] states)
    {
        ProxyFigures? figures = hub.FiguresOf(entry.Record.Name);

        // A proxy that is being replaced has two streams for a moment; the one that is behind tells the truth.
        ProxyState? state = states.OrderByDescending(item => item.IsLagging).ThenBy(item => item.Commit).FirstOrDefault();
        return new ProxyItem
        {
            Workload = entry.Record.Name.ToString(),
            Service = entry.Record.Service.ToString(),
            Address = entry.Record.Address,
            State = StateOf(entry, state),
            Health = HealthText(entry.Record.Health),
            Commit = state?.Commit ?? (long)Math.Min(entry.Hello.StateCommit, long.MaxValue),
            LagMs = state?.LagMs ?? 0,
            LastRefusal = state?.LastRefusal,
            Version = entry.Hello.ProxyVersion,
            Capture = entry.Hello.Capture,
            Identity = entry.Record.Identity,
            CertificateNotAfter = figures?.CertificateNotAfter ?? entry.CertificateNotAfter,
            ConnectedAt = entry.ConnectedAt,
            ResidentBytes = figures?.ResidentBytes ?? 0,
            CpuUs = figures?.CpuUs ?? 0,
            Subscriptions = state?.Subscriptions ?? 0,
            Labels = entry.Record.Labels,
        };
    }

    private static string StateOf(WorkloadEntry entry, ProxyState? state) => state switch
    {
        _ when !entry.IsConnected => "disconnected",
        null => "lagging",
        { LastRefusal: not null } => "refused",
        { IsLagging: true } => "lagging",
        _ => "current",
    };

    private static string HealthText(Health health) => health switch
    {
        Health.Healthy => "healthy",
        Health.Unhealthy => "unhealthy",
        Health.Draining => "draining",
        _ => "unknown",
    };
}
