namespace Weft.Proxy;

/// <summary>Exit codes, the same as the command line's (docs/reference/cli.md).</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Forbidden = 4;
    public const int Usage = 64;
    public const int BadInput = 65;
    public const int Unavailable = 69;
    public const int Internal = 70;
}
