namespace Weft.Shop.Upstreams;

/// <summary>A neighbour did not answer, or not well; the message names it.</summary>
internal sealed class UpstreamFailure(string service, string detail) : Exception($"{service}: {detail}");
