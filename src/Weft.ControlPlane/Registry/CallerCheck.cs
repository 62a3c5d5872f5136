using Weft.Contracts.Session;

namespace Weft.ControlPlane.Registry;

/// <summary>What one proxy has found of an endpoint, and since when.</summary>
internal sealed record CallerCheck(CheckedEndpoint Found, DateTimeOffset Since);
