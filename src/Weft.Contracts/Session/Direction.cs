namespace Weft.Contracts.Session;

/// <summary>weft.flow.v1.Direction.</summary>
public enum Direction
{
    Outbound = 0,
    Inbound = 1,
}
