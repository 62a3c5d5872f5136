namespace Weft.Model.Routes;

/// <summary>A condition on one header field or query parameter.</summary>
public sealed record ValueMatch(ValueMatchType Type, string Name, string Value);
