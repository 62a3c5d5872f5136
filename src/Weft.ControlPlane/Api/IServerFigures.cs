namespace Weft.ControlPlane.Api;

/// <summary>What the server counts of itself.</summary>
public interface IServerFigures
{
    /// <summary>One look at all counters.</summary>
    ServerFigures GetFigures();
}
