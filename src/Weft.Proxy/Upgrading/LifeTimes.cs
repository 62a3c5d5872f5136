namespace Weft.Proxy.Upgrading;

/// <summary>How long things may take at the end of a process's life, in milliseconds.</summary>
internal sealed record LifeTimes
{
    /// <summary>From SIGTERM to a hard end.</summary>
    public required int DrainMs { get; init; }

    /// <summary>From the handover to a hard end: long streams stay with the old process for so long.</summary>
    public required int DrainDeadlineMs { get; init; }

    /// <summary>From the start of a new process until it must be ready.</summary>
    public required int ReadyMs { get; init; }
}
