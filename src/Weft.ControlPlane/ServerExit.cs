namespace Weft.ControlPlane;

/// <summary>Exit codes of <c>weft-server</c>, the same as those of the command line.</summary>
public static class ServerExit
{
    public const int Ok = 0;

    /// <summary>An option is wrong.</summary>
    public const int Usage = 64;

    /// <summary>The data directory holds something that cannot be read.</summary>
    public const int BadData = 65;

    /// <summary>The surroundings do not allow a start: an address is taken, a directory cannot be written.</summary>
    public const int CannotStart = 70;
}
