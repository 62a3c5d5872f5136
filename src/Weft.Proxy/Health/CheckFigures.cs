namespace Weft.Proxy.Health;

/// <summary>What checks of endpoints have found.</summary>
/// <param name="Healthy">Endpoints that are well.</param>
/// <param name="Unhealthy">Endpoints that are not.</param>
/// <param name="Unknown">Endpoints that have not been checked yet.</param>
/// <param name="Unchecked">Endpoints that are beyond <see cref="EndpointChecks.PlacesMax"/>.</param>
/// <param name="Passed">Checks since the start that found an endpoint well.</param>
/// <param name="Failed">Checks since the start that did not.</param>
internal readonly record struct CheckFigures(int Healthy, int Unhealthy, int Unknown, int Unchecked, long Passed, long Failed);
