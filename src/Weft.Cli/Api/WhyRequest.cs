namespace Weft.Cli.Api;

/// <summary>A request that is asked about. Services are "namespace/name"; port 0 is the destination's usual one.</summary>
internal sealed record WhyRequest(string Source, string Destination, int Port, string Method, string Path, IReadOnlyList<string> Headers);
