using Weft.ControlPlane.Checks;
using Weft.ControlPlane.Flows;
using Weft.ControlPlane.Otlp;

namespace Weft.ControlPlane.Api;

/// <summary>The seams through which the API and the checks reach the rest of the control plane.</summary>
public sealed record MeshPorts
{
    public required IMeshView Mesh { get; init; }

    public required ITrafficView Traffic { get; init; }

    public required IExchangeView Flows { get; init; }

    public required IOtlpView Otlp { get; init; }

    public required IWhyView Why { get; init; }

    public required ITokenIssuer Tokens { get; init; }

    public required IProxyCommands Commands { get; init; }

    public required ITrustView Trust { get; init; }

    public required IServerFigures Figures { get; init; }

    public required IServiceDirectory Services { get; init; }
}
