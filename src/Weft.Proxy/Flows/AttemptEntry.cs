using System.Runtime.CompilerServices;
using Weft.Primitives.Net;
using Weft.Routing;

namespace Weft.Proxy.Flows;

/// <summary>One attempt, as the record keeps it.</summary>
internal struct AttemptEntry
{
    public NetAddress Endpoint;
    public EndReason Reason;
    public ushort Status;
    public uint QueueUs;
    public uint ConnectUs;
    public uint WaitUs;
}

/// <summary>The first attempts of an exchange; more are counted only.</summary>
[InlineArray(Max)]
internal struct AttemptEntries
{
    public const int Max = 4;

    private AttemptEntry _first;
}
