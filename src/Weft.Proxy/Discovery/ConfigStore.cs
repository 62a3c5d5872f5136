using System.Globalization;
using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.Contracts.Mesh;
using Weft.Primitives;
using Weft.Proxy.Telemetry;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Discovery;

/// <summary>
/// What this proxy knows of the mesh: subscriptions, the resources in force and the snapshot made of them, and the questions that
/// wait for an answer. It knows nothing of streams: <see cref="DeltaStream"/> carries its requests and brings the responses.
/// Control thread only, except for the published snapshot.
/// </summary>
internal sealed partial class ConfigStore
{
    private readonly Current<MeshSnapshot> _current;
    private readonly SnapshotBuilder _builder;

    /// <summary>Which service each destination in force means.</summary>
    private readonly Dictionary<ResourceKey, string> _serviceOf = [];

    public ConfigStore(string ownService, Current<MeshSnapshot> current)
    {
        _current = current;
        _builder = new SnapshotBuilder(ownService);
        Pin(new ResourceKey(TypeUrls.PolicySet, ownService));
        Pin(new ResourceKey(TypeUrls.Telemetry, ownService));
    }

    public SubscriptionSet Subscriptions { get; } = new();

    public MeshSnapshot Snapshot => _current.Value;

    public ulong Commit { get; private set; }

    /// <summary>Resources refused since the start.</summary>
    public long Refused { get; private set; }

    /// <summary>The refusals in force: what the control plane sent last of these is not what runs.</summary>
    public Dictionary<ResourceKey, string> Refusals { get; } = [];

    public IReadOnlyCollection<RawResource> Accepted => _builder.Accepted;

    /// <summary>Called after every published change.</summary>
    public Action? Changed { get; set; }

    /// <summary>Called when the stream should be told of new subscriptions.</summary>
    public Action? Wanted { get; set; }

    /// <summary>Subscribes for good.</summary>
    public void Pin(ResourceKey key)
    {
        if (Subscriptions.Add(key, 0) is { } subscription)
        {
            subscription.IsPinned = true;
            TellWanted();
        }
    }

    /// <summary>The requests that a new stream starts with: one per type, with the versions of what is in force.</summary>
    public IEnumerable<DeltaDiscoveryRequest> FirstRequests(Node node)
    {
        Subscriptions.StreamStarted();
        foreach (string typeUrl in TypeUrls.All)
        {
            DeltaDiscoveryRequest request = new() { Node = node, TypeUrl = typeUrl };
            request.ResourceNamesSubscribe.AddRange(
                Subscriptions.All.Where(s => s.Key.TypeUrl == typeUrl).Select(static s => s.Key.Name).Order(StringComparer.Ordinal));
            foreach (RawResource resource in _builder.Accepted.Where(r => r.TypeUrl == typeUrl))
            {
                request.InitialResourceVersions[resource.Name] = resource.Version;
            }

            // No names at the start would mean a wildcard subscription in xDS: a type is opened with its first name.
            if (request.ResourceNamesSubscribe.Count > 0)
            {
                yield return request;
            }
        }
    }

    /// <summary>Requests for what changed in the subscriptions since the last call.</summary>
    public IEnumerable<DeltaDiscoveryRequest> NextRequests()
    {
        if (!Subscriptions.HasChanges)
        {
            yield break;
        }

        // What is given up goes first: the server's bound is ours too.
        List<DeltaDiscoveryRequest> later = [];
        foreach (string typeUrl in TypeUrls.All)
        {
            (List<string> subscribe, List<string> unsubscribe) = Subscriptions.TakeChanges(typeUrl);
            if (subscribe.Count > 0)
            {
                DeltaDiscoveryRequest request = new() { TypeUrl = typeUrl };
                request.ResourceNamesSubscribe.AddRange(subscribe);
                later.Add(request);
            }

            if (unsubscribe.Count > 0)
            {
                DeltaDiscoveryRequest request = new() { TypeUrl = typeUrl };
                request.ResourceNamesUnsubscribe.AddRange(unsubscribe);
                yield return request;
            }
        }

        foreach (DeltaDiscoveryRequest request in later)
        {
            yield return request;
        }
    }

    /// <summary>Applies a response and publishes the snapshot of it. What cannot be taken is refused by name; its old version and its neighbours are in force.</summary>
    /// <returns>The refusals, empty for an acknowledgement.</returns>
    public IReadOnlyList<Refusal> Apply(DeltaDiscoveryResponse response, long nowMs)
    {
        List<Refusal> refusals = [];
        foreach (Resource resource in response.Resources)
        {
            // What arrives after it was given up is of no use.
            ResourceKey key = new(response.TypeUrl, resource.Name);
            if (Subscriptions.Find(key) is { } subscription && Put(response.TypeUrl, resource, subscription) is { } refusal)
            {
                refusals.Add(refusal);
            }
        }

        foreach (string name in response.RemovedResources)
        {
            if (Subscriptions.Find(new ResourceKey(response.TypeUrl, name)) is { } subscription)
            {
                subscription.State = ResourceState.Absent;
                Refusals.Remove(subscription.Key);
                _serviceOf.Remove(subscription.Key);
                _builder.Remove(response.TypeUrl, name);
            }
        }

        if (ulong.TryParse(response.SystemVersionInfo, NumberStyles.None, CultureInfo.InvariantCulture, out ulong commit))
        {
            Commit = Math.Max(Commit, commit);
        }

        Publish(nowMs);
        return refusals;
    }

    private Subscription? Subscribe(ResourceKey key, long nowMs)
    {
        if (Subscriptions.Add(key, nowMs) is { } subscription)
        {
            return subscription;
        }

        ProxyLog.Warn($"no room for another subscription ({SubscriptionSet.Max}): {key.Name} stays unknown");
        return null;
    }

    private Refusal? Put(string typeUrl, Resource resource, Subscription subscription)
    {
        if (resource.Body is not { } body || body.TypeUrl != typeUrl)
        {
            return Refuse(subscription, new Refusal(typeUrl, resource.Name, $"its body is of type \"{resource.Body?.TypeUrl}\""));
        }

        if (_builder.Put(new RawResource(typeUrl, resource.Name, resource.Version, body.Value)) is { } refusal)
        {
            return Refuse(subscription, refusal);
        }

        subscription.State = ResourceState.Present;
        Refusals.Remove(subscription.Key);
        if (typeUrl == TypeUrls.Destination)
        {
            _serviceOf[subscription.Key] = Destination.Parse(body.Value).Service;
        }

        return null;
    }

    private Refusal Refuse(Subscription subscription, Refusal refusal)
    {
        Refused++;
        Refusals[subscription.Key] = refusal.Reason;
        ProxyLog.Error($"refused {refusal.TypeUrl[TypeUrls.Prefix.Length..]} {refusal.Name}: {refusal.Reason}; the version before stays in force");
        return refusal;
    }

    private void Publish(long nowMs)
    {
        MeshSnapshot snapshot = _builder.Build(Commit).Snapshot;
        _current.Publish(snapshot);
        FollowReferences(snapshot, nowMs);
        Settle(nowMs);
        Changed?.Invoke();
        TellWanted();
    }

    private void TellWanted()
    {
        if (Subscriptions.HasChanges)
        {
            Wanted?.Invoke();
        }
    }
}
