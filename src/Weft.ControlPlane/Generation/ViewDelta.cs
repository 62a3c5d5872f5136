using Weft.Contracts;
using Weft.ControlPlane.Serving;
using Weft.Model;

namespace Weft.ControlPlane.Generation;

/// <summary>Which resources can differ between two views of the same commit, so that a health report does not make the whole mesh anew.</summary>
internal sealed class ViewDelta
{
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);
    private readonly HashSet<string> _addresses = new(StringComparer.Ordinal);
    private readonly bool _definitions;

    internal ViewDelta(MeshView before, MeshView after)
    {
        foreach ((NamespacedName name, MeshService service) in after.Services)
        {
            if (!before.Services.TryGetValue(name, out MeshService? old) || !service.HasSameDefinition(old))
            {
                _definitions = true;
                _services.Add(name.ToString());
            }
            else if (!service.HasSameMembers(old))
            {
                _services.Add(name.ToString());
            }
        }

        foreach (NamespacedName name in before.Services.Keys.Where(name => !after.Services.ContainsKey(name)))
        {
            _definitions = true;
            _services.Add(name.ToString());
        }

        AddAddresses(before, after);
        AddAddresses(after, before);
    }

    internal bool IsEmpty => _services.Count == 0 && _addresses.Count == 0;

    internal bool MayChange(DiscoveryKey key) => key.TypeUrl switch
    {
        TypeUrls.Service or TypeUrls.Endpoints => _services.Contains(key.Name),
        TypeUrls.Destination when key.Name.StartsWith(DestinationNames.AddressPrefix, StringComparison.Ordinal)
            => _definitions || _addresses.Contains(key.Name[DestinationNames.AddressPrefix.Length..]),
        TypeUrls.Destination => _definitions && DestinationNames.ServiceOf(key.Name) is { } service && _services.Contains(service.ToString()),

        // Whether a backend is valid depends on services that the name of the route set does not tell.
        TypeUrls.RouteSet => _definitions,
        _ => false,
    };

    private void AddAddresses(MeshView from, MeshView to)
    {
        foreach ((string address, NamespacedName service) in from.Addresses)
        {
            if (!to.Addresses.TryGetValue(address, out NamespacedName other) || other != service)
            {
                _addresses.Add(address);
            }
        }
    }
}
