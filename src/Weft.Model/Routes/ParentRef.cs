namespace Weft.Model.Routes;

/// <summary>The service whose callers a route concerns; every port of it when <see cref="Port"/> is null.</summary>
public sealed record ParentRef(NamespacedName Service, int? Port);
