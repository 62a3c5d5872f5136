namespace Weft.ControlPlane.Api;

/// <summary>A request that somebody would like to understand before or without making it.</summary>
/// <param name="Source">The calling service, "namespace/name".</param>
/// <param name="Destination">The called service.</param>
/// <param name="Port">Its port; 0 for the first.</param>
/// <param name="Method">Of HTTP.</param>
/// <param name="Path">With its query, from the slash on.</param>
/// <param name="Headers">"name: value".</param>
public sealed record WhyQuestion(string Source, string Destination, int Port, string Method, string Path, IReadOnlyList<string> Headers);
