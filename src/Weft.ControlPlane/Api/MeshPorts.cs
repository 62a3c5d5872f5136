using Weft.ControlPlane.Checks;

namespace Weft.ControlPlane.Api;

/// <summary>The seams through which the API and the checks reach the rest of the control plane.</summary>
public sealed record MeshPorts
{
    public IMeshView? Mesh { get; init; }

    public ITrafficView? Traffic { get; init; }

    public ITokenIssuer? Tokens { get; init; }

    public IProxyCommands? Commands { get; init; }

    public ITrustView? Trust { get; init; }

    public IServiceDirectory Services { get; init; } = new NoServices();
}
