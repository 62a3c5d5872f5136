using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.Proxy.State;
using Weft.Routing.Matching;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Discovery;

/// <content>What is kept: on disk for the next start, and in memory as long as it is used.</content>
internal sealed partial class ConfigStore
{
    /// <summary>What nobody used for so long is given up.</summary>
    public const int UnusedMs = 10 * 60 * 1000;

    /// <summary>Starts from what was saved. A resource without a body is one that did not exist.</summary>
    public void Load(SavedResources saved, long nowMs)
    {
        foreach ((string typeUrl, IReadOnlyList<Resource> resources) in saved.ByType)
        {
            foreach (Resource resource in resources)
            {
                if (Subscriptions.Add(new ResourceKey(typeUrl, resource.Name), nowMs) is not { } subscription)
                {
                    continue;
                }

                if (resource.Body is not null)
                {
                    Put(typeUrl, resource, subscription);
                }
                else
                {
                    subscription.State = ResourceState.Absent;
                    _builder.Remove(typeUrl, resource.Name);
                }
            }
        }

        Commit = saved.Commit;
        Publish(nowMs);
    }

    /// <summary>What <see cref="Load"/> takes.</summary>
    public SavedResources Save(DateTimeOffset confirmedAt)
    {
        Dictionary<string, IReadOnlyList<Resource>> byType = new(StringComparer.Ordinal);
        foreach (string typeUrl in TypeUrls.All)
        {
            byType[typeUrl] =
            [
                .. _builder.Accepted.Where(r => r.TypeUrl == typeUrl)
                    .Select(static r => new Resource { Name = r.Name, Version = r.Version, Body = new AnyMessage(r.TypeUrl, r.Bytes) }),
                .. Subscriptions.All.Where(s => s.Key.TypeUrl == typeUrl && s.State == ResourceState.Absent)
                    .Select(static s => new Resource { Name = s.Key.Name }),
            ];
        }

        return new SavedResources(Commit, confirmedAt, byType);
    }

    /// <summary>Notes that traffic goes to a service, so that it is kept.</summary>
    public void TouchService(string name, long nowMs)
    {
        if (Subscriptions.Find(new ResourceKey(TypeUrls.Service, name)) is { } subscription)
        {
            subscription.UsedAtMs = nowMs;
        }
    }

    /// <summary>Gives up what nobody used for <see cref="UnusedMs"/>.</summary>
    public void DropUnused(long nowMs)
    {
        HashSet<string> services = LiveServices(nowMs - UnusedMs);
        bool dropped = false;
        foreach (Subscription subscription in Subscriptions.All.ToArray())
        {
            bool live = subscription.IsPinned || subscription.Key.TypeUrl switch
            {
                TypeUrls.Destination => subscription.UsedAtMs > nowMs - UnusedMs || (_serviceOf.TryGetValue(subscription.Key, out string? service) && services.Contains(service)),
                TypeUrls.Service or TypeUrls.Endpoints or TypeUrls.RouteSet => services.Contains(subscription.Key.Name),
                _ => true,
            };
            if (!live)
            {
                Subscriptions.Remove(subscription.Key);
                Refusals.Remove(subscription.Key);
                _serviceOf.Remove(subscription.Key);
                _builder.Forget(subscription.Key.TypeUrl, subscription.Key.Name);
                dropped = true;
            }
        }

        if (dropped)
        {
            Publish(nowMs);
        }
    }

    /// <summary>Services used since a time, by themselves or through a destination, and the backends of their routes.</summary>
    private HashSet<string> LiveServices(long sinceMs)
    {
        HashSet<string> live = new(StringComparer.Ordinal);
        foreach (Subscription subscription in Subscriptions.All)
        {
            if (subscription.UsedAtMs <= sinceMs)
            {
                continue;
            }

            if (subscription.Key.TypeUrl == TypeUrls.Service)
            {
                live.Add(subscription.Key.Name);
            }
            else if (_serviceOf.TryGetValue(subscription.Key, out string? service))
            {
                live.Add(service);
            }
        }

        Queue<string> toFollow = new(live);
        while (toFollow.TryDequeue(out string? name))
        {
            if (Snapshot.TryGetService(name, out ServiceView? service))
            {
                foreach (string backend in BackendsOf(service).Where(live.Add))
                {
                    toFollow.Enqueue(backend);
                }
            }
        }

        return live;
    }

    /// <summary>A destination needs its service, a service its endpoints and routes, and a route the services of its backends.</summary>
    private void FollowReferences(MeshSnapshot snapshot, long nowMs)
    {
        foreach (string service in _serviceOf.Values)
        {
            WantService(service, nowMs);
        }

        foreach (ServiceView service in snapshot.Services)
        {
            foreach (string backend in BackendsOf(service))
            {
                WantService(backend, nowMs);
            }
        }
    }

    private void WantService(string name, long nowMs)
    {
        if (Subscriptions.Find(new ResourceKey(TypeUrls.RouteSet, name)) is not null && Subscriptions.Find(new ResourceKey(TypeUrls.Service, name)) is not null)
        {
            return;
        }

        foreach (string typeUrl in (string[])[TypeUrls.Service, TypeUrls.Endpoints, TypeUrls.RouteSet])
        {
            if (Subscriptions.Find(new ResourceKey(typeUrl, name)) is null)
            {
                Subscribe(new ResourceKey(typeUrl, name), nowMs);
            }
        }
    }

    private static List<string> BackendsOf(ServiceView service)
    {
        List<string> backends = [];
        foreach (RouteRuleView rule in service.Routes.Rules)
        {
            foreach (BackendView backend in rule.Backends)
            {
                if (backend.IsValid && backend.Service != service.Name)
                {
                    backends.Add(backend.Service);
                }
            }
        }

        return backends;
    }
}
