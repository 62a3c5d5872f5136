using System.Runtime.CompilerServices;
using Weft.Primitives.Net;

namespace Weft.Proxy.Flows;

/// <summary>One endpoint that the balancer knew, and why it was taken or not.</summary>
internal struct ConsideredEntry
{
    public NetAddress Endpoint;
    public EndpointVerdict Verdict;
    public uint EwmaUs;
    public uint Active;
}

/// <summary>The endpoints of a decision record; of a larger service the first ones.</summary>
[InlineArray(Max)]
internal struct ConsideredEntries
{
    public const int Max = 8;

    private ConsideredEntry _first;
}

internal enum EndpointVerdict : byte
{
    Chosen,
    Tried,
    Slower,
    Ejected,
    Draining,
    Unhealthy,
}
