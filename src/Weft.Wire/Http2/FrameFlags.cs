using System.Diagnostics.CodeAnalysis;

namespace Weft.Wire.Http2;

/// <summary>RFC 9113, 6; what a bit means depends on the frame's type.</summary>
[Flags]
[SuppressMessage("Design", "CA1069", Justification = "One bit has two names, by the type of the frame.")]
public enum FrameFlags : byte
{
    None = 0,

    /// <summary>DATA, HEADERS.</summary>
    EndStream = 0x1,

    /// <summary>SETTINGS, PING.</summary>
    Ack = 0x1,

    /// <summary>HEADERS, CONTINUATION.</summary>
    EndHeaders = 0x4,

    /// <summary>DATA, HEADERS.</summary>
    Padded = 0x8,

    /// <summary>HEADERS.</summary>
    Priority = 0x20,
}
