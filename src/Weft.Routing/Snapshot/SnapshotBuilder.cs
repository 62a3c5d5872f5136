using Weft.Contracts;
using Weft.Contracts.Mesh;
using Weft.Contracts.Protobuf;
using Weft.Primitives.Net;
using Weft.Routing.Authorization;
using Weft.Routing.Matching;

namespace Weft.Routing.Snapshot;

/// <summary>
/// Turns the resources that a proxy receives into snapshots. A resource is checked and compiled when it is put; a bad one is refused by
/// name and the one before it stays. Each snapshot shares with the one before whatever did not change. Not thread-safe.
/// </summary>
public sealed class SnapshotBuilder(string ownService)
{
    private static readonly Dictionary<string, Health> NothingFound = [];

    private readonly Dictionary<(string TypeUrl, string Name), RawResource> _accepted = [];
    private readonly HashSet<(string TypeUrl, string Name)> _answered = [];
    private readonly Dictionary<string, ServiceSettings> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EndpointSet> _endpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RouteTable> _routes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PolicyView> _policies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TelemetryView> _telemetry = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TrustBundleView> _bundles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DestinationView View, NetAddress? Address)> _destinations = new(StringComparer.Ordinal);

    /// <summary>What checks from here have found, by service and endpoint.</summary>
    private readonly Dictionary<string, Dictionary<string, Health>> _found = new(StringComparer.Ordinal);

    private readonly HashSet<string> _dirtyServices = new(StringComparer.Ordinal);
    private List<Refusal> _refusals = [];
    private bool _dirtyPolicies;
    private bool _dirtyBundles;
    private bool _dirtyDestinations;
    private SnapshotTables _tables = new();

    /// <summary>Every resource in force, for keeping on disk and for asking the server for changes only.</summary>
    public IReadOnlyCollection<RawResource> Accepted => _accepted.Values;

    /// <summary>Takes a new or changed resource.</summary>
    /// <returns>Null, or why it was refused; the refusal is also in the next <see cref="SnapshotBuild"/>.</returns>
    public Refusal? Put(RawResource resource)
    {
        (string TypeUrl, string Name) key = (resource.TypeUrl, resource.Name);
        bool isKnown = _accepted.TryGetValue(key, out RawResource? old);
        if (!isKnown || !old!.Bytes.AsSpan().SequenceEqual(resource.Bytes))
        {
            try
            {
                Compile(resource);
            }
            catch (Exception e) when (e is RefusedException or ProtoException)
            {
                Refusal refusal = new(resource.TypeUrl, resource.Name, e.Message);
                _refusals.Add(refusal);
                return refusal;
            }

            Touch(key);
        }

        _accepted[key] = resource;
        Answer(key);
        return null;
    }

    /// <summary>The server says that the resource does not exist (any more).</summary>
    public void Remove(string typeUrl, string name)
    {
        (string TypeUrl, string Name) key = (typeUrl, name);
        if (_accepted.Remove(key))
        {
            Drop(typeUrl, name);
            Touch(key);
        }

        Answer(key);
    }

    /// <summary>Forgets that a resource was asked for: its absence then says nothing any more.</summary>
    public void Forget(string typeUrl, string name)
    {
        Remove(typeUrl, name);
        _answered.Remove((typeUrl, name));
        Touch((typeUrl, name));
    }

    /// <summary>Takes what a check has found about an endpoint that has no proxy of its own.</summary>
    /// <param name="service">"&lt;namespace&gt;/&lt;name&gt;".</param>
    /// <param name="endpoint">Its <see cref="EndpointView.Key"/>.</param>
    /// <param name="health">Null: nothing is known any more.</param>
    public void Judge(string service, string endpoint, Health? health)
    {
        if (!_found.TryGetValue(service, out Dictionary<string, Health>? found))
        {
            _found.Add(service, found = new(StringComparer.Ordinal));
        }

        if (health is { } known)
        {
            found[endpoint] = known;
        }
        else if (found.Remove(endpoint) && found.Count == 0)
        {
            _found.Remove(service);
        }

        _dirtyServices.Add(service);
    }

    /// <summary>The snapshot of everything in force, and what was refused since the last one.</summary>
    /// <param name="commit">The newest commit that the resources reflect.</param>
    public SnapshotBuild Build(ulong commit)
    {
        _tables = new SnapshotTables
        {
            Services = BuildServices(out bool addressesChanged),
            Policies = _dirtyPolicies ? new(_policies, StringComparer.Ordinal) : _tables.Policies,
            TrustBundles = _dirtyBundles ? new(_bundles, StringComparer.Ordinal) : _tables.TrustBundles,
            Hosts = _dirtyDestinations ? BuildHosts() : _tables.Hosts,
            Addresses = _dirtyDestinations || addressesChanged ? BuildAddresses() : _tables.Addresses,
        };
        List<Refusal> refusals = _refusals;
        _refusals = [];
        _dirtyServices.Clear();
        _dirtyPolicies = _dirtyBundles = _dirtyDestinations = false;
        return new SnapshotBuild(new MeshSnapshot(ownService, commit, _tables) { Telemetry = _telemetry.GetValueOrDefault(ownService) }, refusals);
    }

    private void Compile(RawResource resource)
    {
        string name = resource.Name;
        switch (resource.TypeUrl)
        {
            case TypeUrls.Service:
                _services[name] = ServiceCompiler.Compile(name, Service.Parse(resource.Bytes));
                break;
            case TypeUrls.Endpoints:
                _endpoints[name] = ServiceCompiler.Compile(name, Endpoints.Parse(resource.Bytes));
                break;
            case TypeUrls.RouteSet:
                _routes[name] = RouteCompiler.Compile(name, RouteSet.Parse(resource.Bytes));
                break;
            case TypeUrls.PolicySet:
                _policies[name] = PolicyCompiler.Compile(name, PolicySet.Parse(resource.Bytes));
                break;
            case TypeUrls.Telemetry:
                _telemetry[name] = TelemetryCompiler.Compile(name, Telemetry.Parse(resource.Bytes));
                break;
            case TypeUrls.TrustBundle:
                _bundles[name] = ServiceCompiler.Compile(name, TrustBundle.Parse(resource.Bytes));
                break;
            case TypeUrls.Destination:
                _destinations[name] = ServiceCompiler.Compile(name, Destination.Parse(resource.Bytes));
                break;
            default:
                Check.Fail($"the type {resource.TypeUrl} is not known to this version");
                break;
        }
    }

    private void Drop(string typeUrl, string name)
    {
        switch (typeUrl)
        {
            case TypeUrls.Service:
                _services.Remove(name);
                break;
            case TypeUrls.Endpoints:
                _endpoints.Remove(name);
                break;
            case TypeUrls.RouteSet:
                _routes.Remove(name);
                break;
            case TypeUrls.PolicySet:
                _policies.Remove(name);
                break;
            case TypeUrls.Telemetry:
                _telemetry.Remove(name);
                break;
            case TypeUrls.TrustBundle:
                _bundles.Remove(name);
                break;
            default:
                _destinations.Remove(name);
                break;
        }
    }

    private void Answer((string TypeUrl, string Name) key)
    {
        if (_answered.Add(key))
        {
            Touch(key);
        }
    }

    private void Touch((string TypeUrl, string Name) key)
    {
        switch (key.TypeUrl)
        {
            case TypeUrls.Service or TypeUrls.Endpoints or TypeUrls.RouteSet:
                _dirtyServices.Add(key.Name);
                break;
            case TypeUrls.PolicySet:
                _dirtyPolicies = true;
                break;
            case TypeUrls.Telemetry:
                break;
            case TypeUrls.TrustBundle:
                _dirtyBundles = true;
                break;
            default:
                _dirtyDestinations = true;
                break;
        }
    }

    private Dictionary<string, ServiceView> BuildServices(out bool addressesChanged)
    {
        addressesChanged = false;
        if (_dirtyServices.Count == 0)
        {
            return _tables.Services;
        }

        Dictionary<string, ServiceView> services = new(_tables.Services, StringComparer.Ordinal);
        foreach (string name in _dirtyServices)
        {
            services.Remove(name, out ServiceView? old);
            ServiceView? next = null;
            if (_services.TryGetValue(name, out ServiceSettings? settings))
            {
                EndpointSet endpoints = _endpoints.GetValueOrDefault(name, EndpointSet.Empty);
                if (settings.HealthCheck is { } check)
                {
                    endpoints = endpoints.With(_found.GetValueOrDefault(name, NothingFound), check.MinHealthyPercent);
                }

                next = new ServiceView(settings, endpoints, _routes.GetValueOrDefault(name, RouteTable.Empty), IsWhole(name));
                services.Add(name, next);
            }

            addressesChanged |= old?.VirtualAddress != next?.VirtualAddress;
        }

        return services;
    }

    private bool IsWhole(string name) => _answered.Contains((TypeUrls.Endpoints, name)) && _answered.Contains((TypeUrls.RouteSet, name));

    private Dictionary<string, DestinationView> BuildHosts()
    {
        Dictionary<string, DestinationView> hosts = new(_tables.Hosts.Comparer);
        foreach ((DestinationView view, NetAddress? address) in _destinations.Values)
        {
            if (address is null)
            {
                hosts[view.Key] = view;
            }
        }

        return hosts;
    }

    private Dictionary<NetAddress, DestinationView> BuildAddresses()
    {
        Dictionary<NetAddress, DestinationView> addresses = [];
        foreach (ServiceSettings service in _services.Values)
        {
            if (service.VirtualAddress is { } address)
            {
                addresses[address] = new DestinationView(address.HostText, service.Name, address);
            }
        }

        foreach ((DestinationView view, NetAddress? address) in _destinations.Values)
        {
            if ((address ?? view.VirtualAddress) is { } key)
            {
                addresses[key] = view;
            }
        }

        return addresses;
    }
}
