using Weft.Contracts;
using Weft.ControlPlane.Serving;
using Weft.Model;

namespace Weft.ControlPlane.Generation;

/// <summary>Makes the content of any resource from a view. Each generator gets the inputs of its key and nothing else.</summary>
internal static class ResourceGenerator
{
    /// <summary>The encoded message, or null when there is no such resource. Equal inputs give equal bytes.</summary>
    internal static byte[]? Generate(DiscoveryKey key, MeshView view) => key.TypeUrl switch
    {
        TypeUrls.TrustBundle => TrustBundleGenerator.Generate(key.Name, view.Bundle)?.ToBytes(),
        TypeUrls.Destination => DestinationGenerator.Generate(FindDestination(key.Name, view))?.ToBytes(),
        _ => NamespacedName.Find(key.Name) is { } name ? GenerateFor(name, key.TypeUrl, view) : null,
    };

    private static byte[]? GenerateFor(NamespacedName name, string typeUrl, MeshView view)
    {
        if (typeUrl == TypeUrls.PolicySet)
        {
            return PolicySetGenerator.Generate(name, view.Model).ToBytes();
        }

        if (typeUrl == TypeUrls.Telemetry)
        {
            return TelemetryGenerator.Generate(name, view.Model)?.ToBytes();
        }

        return view.Services.TryGetValue(name, out MeshService? service)
            ? typeUrl switch
            {
                TypeUrls.Service => ServiceGenerator.Generate(service, view.Model.TrafficPolicyOf(name)?.Spec).ToBytes(),
                TypeUrls.Endpoints => EndpointsGenerator.Generate(service).ToBytes(),
                TypeUrls.RouteSet => RouteSetGenerator.Generate(name, view.Index, view.Services)?.ToBytes(),
                _ => null,
            }
            : null;
    }

    private static MeshService? FindDestination(string name, MeshView view)
    {
        NamespacedName? service = name.StartsWith(DestinationNames.AddressPrefix, StringComparison.Ordinal)
            ? view.Addresses.TryGetValue(name[DestinationNames.AddressPrefix.Length..], out NamespacedName found) ? found : null
            : DestinationNames.ServiceOf(name);
        return service is { } known ? view.Services.GetValueOrDefault(known) : null;
    }
}
