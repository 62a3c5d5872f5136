namespace Weft.Routing.Snapshot;

/// <summary>A resource as it travels and as it is kept on disk.</summary>
/// <param name="TypeUrl">One of <see cref="Contracts.TypeUrls"/>.</param>
/// <param name="Name">Its name within the type.</param>
/// <param name="Version">The sender's version, opaque.</param>
/// <param name="Bytes">The message.</param>
public sealed record RawResource(string TypeUrl, string Name, string Version, byte[] Bytes);
