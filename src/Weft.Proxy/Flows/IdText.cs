using System.Runtime.CompilerServices;

namespace Weft.Proxy.Flows;

/// <summary>The bytes of a request id, in place.</summary>
[InlineArray(Max)]
internal struct IdText
{
    /// <summary>Longest id that is taken over from a caller.</summary>
    public const int Max = 64;

    private byte _first;
}
