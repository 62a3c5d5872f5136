namespace Weft.Primitives.Net;

public enum NetFamily : byte
{
    None,
    V4,
    V6,
    Unix,
}
