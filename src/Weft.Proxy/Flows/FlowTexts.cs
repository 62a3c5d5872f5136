using System.Runtime.CompilerServices;

namespace Weft.Proxy.Flows;

/// <summary>The bytes of a record that come from the request itself; each text is cut to its bound.</summary>
[InlineArray(Max)]
internal struct FlowTexts
{
    public const int MethodMax = 16;
    public const int HostMax = 64;
    public const int PathMax = 192;
    public const int HeadersMax = 240;

    /// <summary>All together, request id included.</summary>
    public const int Max = IdText.Max + MethodMax + HostMax + PathMax + HeadersMax;

    private byte _first;
}
