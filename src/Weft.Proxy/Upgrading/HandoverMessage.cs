namespace Weft.Proxy.Upgrading;

/// <summary>
/// What two processes say to each other during an upgrade. The letters are a contract between versions: their meaning never changes, and what
/// a process does not know it skips.
/// </summary>
internal enum HandoverMessage : byte
{
    None = 0,

    /// <summary>Old to new: "stream ADDRESS" or "datagram ADDRESS" as it was asked for, with the socket.</summary>
    Socket = (byte)'S',

    /// <summary>Old to new: text "KEY VALUE", told before the new process begins.</summary>
    Fact = (byte)'K',

    /// <summary>Old to new: that was all; begin.</summary>
    Begin = (byte)'B',

    /// <summary>New to old: ready to take over.</summary>
    Ready = (byte)'R',

    /// <summary>New to old: cannot start; the text says why.</summary>
    Failed = (byte)'X',

    /// <summary>Old to new: what follows are the sums of processes that have ended.</summary>
    SumsOfEnded = (byte)'E',

    /// <summary>Old to new, with a channel: what follows are the sums of a process that still drains at its other end.</summary>
    SumsOfDraining = (byte)'A',

    /// <summary>Old to new: what follows are the sender's own sums, now and later.</summary>
    OwnSums = (byte)'M',

    /// <summary>A counter cell, in the form of a traffic report's.</summary>
    Cell = (byte)'C',

    /// <summary>Text "NAME NUMBER": another counter.</summary>
    Figure = (byte)'F',

    /// <summary>Old to new: I accept nothing any more, all is yours.</summary>
    TakeOver = (byte)'D',

    /// <summary>New to old: I serve, and the control plane (if there is one) knows me.</summary>
    Settled = (byte)'W',

    /// <summary>New to old: everything is to stop; drain as after SIGTERM.</summary>
    Stop = (byte)'T',
}
