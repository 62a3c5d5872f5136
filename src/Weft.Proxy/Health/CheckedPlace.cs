using Weft.Proxy.Upstreams;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Health;

/// <summary>An endpoint that is to be checked from here.</summary>
/// <param name="Group">Whose endpoint it is: a service; empty in a relay.</param>
/// <param name="Key">What it is called there.</param>
/// <param name="Where">Where requests to it go.</param>
/// <param name="Rule">How it is checked.</param>
internal sealed record CheckedPlace(string Group, string Key, UpstreamSettings Where, HealthCheckRule Rule);
