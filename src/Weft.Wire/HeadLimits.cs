namespace Weft.Wire;

/// <summary>
/// What one message head may cost. <paramref name="StartLine"/>: bytes of the request or status line, and of :path in HTTP/2;
/// <paramref name="Fields"/>: field lines; <paramref name="FieldBytes"/>: bytes of all field lines
/// (HTTP/2 counts name + value + 32 each, RFC 9113, 10.5.1).
/// </summary>
public readonly record struct HeadLimits(int StartLine, int Fields, int FieldBytes)
{
    /// <summary>8 KiB, 100 fields, 32 KiB.</summary>
    public static HeadLimits Default => new(8 * 1024, 100, 32 * 1024);

    /// <summary>For trailer sections: no start line, 32 fields, 8 KiB.</summary>
    public static HeadLimits Trailers => new(0, 32, 8 * 1024);
}
