namespace Weft.Wire;

/// <summary>What a reader made of the bytes it was given.</summary>
public enum ReadStatus
{
    /// <summary>All is well so far, but the element is not complete: call again with more bytes.</summary>
    NeedMore,

    /// <summary>The element is complete.</summary>
    Done,

    /// <summary>The bytes can never become a valid element; nothing more may be read from this peer.</summary>
    Rejected,
}
