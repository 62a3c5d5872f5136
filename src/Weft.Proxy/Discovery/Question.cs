using Weft.Contracts;

namespace Weft.Proxy.Discovery;

/// <summary>Something that a snapshot does not have and somebody needs: the meaning of a host or an address, or a service.</summary>
/// <param name="TypeUrl">Destination or Service.</param>
/// <param name="Name">Name of the resource.</param>
internal readonly record struct Question(string TypeUrl, string Name)
{
    /// <summary>Longest host name that is asked for; DNS has no longer ones.</summary>
    public const int HostMax = 253;

    public ResourceKey Key => new(TypeUrl, Name);

    /// <summary>What a host name means in a namespace.</summary>
    /// <param name="host">As the application wrote it; case and a trailing dot do not matter.</param>
    /// <param name="asker">Namespace of the workload.</param>
    public static Question Host(string host, string asker) => new(TypeUrls.Destination, $"host/{host.TrimEnd('.').ToLowerInvariant()}@{asker}");

    /// <param name="ip">Text of the address, without port.</param>
    public static Question Address(string ip) => new(TypeUrls.Destination, "address/" + ip);

    /// <param name="name">"namespace/name".</param>
    public static Question Service(string name) => new(TypeUrls.Service, name);
}
