using Weft.Primitives.Net;

namespace Weft.Routing.Snapshot;

/// <summary>What a destination that an application used means.</summary>
/// <param name="Key">The host name in lower case, or the text of the address.</param>
/// <param name="Service">"&lt;namespace&gt;/&lt;name&gt;"; the service itself may not have arrived yet.</param>
/// <param name="VirtualAddress">What the proxy's DNS answers, with port 0; null when there is nothing to answer.</param>
public sealed record DestinationView(string Key, string Service, NetAddress? VirtualAddress);
