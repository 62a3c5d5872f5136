namespace Weft.Model.Routes;

/// <summary>A service that takes a share of a rule's requests: its weight over the sum of the rule's weights.</summary>
public sealed record BackendRef(NamespacedName Service, int Port, int Weight, HeaderModifier? RequestHeaders);
