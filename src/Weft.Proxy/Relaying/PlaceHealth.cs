namespace Weft.Proxy.Relaying;

/// <summary>Whether checks have found an upstream unhealthy: written by the control thread, read by every worker.</summary>
internal sealed class PlaceHealth
{
    private volatile bool _isUnhealthy;

    public bool IsUnhealthy
    {
        get => _isUnhealthy;
        set => _isUnhealthy = value;
    }
}
