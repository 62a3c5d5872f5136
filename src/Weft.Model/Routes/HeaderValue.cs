namespace Weft.Model.Routes;

/// <summary>A header field to set or add.</summary>
public sealed record HeaderValue(string Name, string Value);
