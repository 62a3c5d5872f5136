namespace Weft.Proxy.Engine;

/// <summary>Where readiness comes from: epoll in the program, nothing in tests over memory. The seam for other backends.</summary>
internal interface IPoller : IDisposable
{
    /// <summary>Waits up to <paramref name="timeoutMs"/> (-1: for ever, 0: only looks) for something to become ready.</summary>
    void Wait(int timeoutMs);

    /// <summary>Tells each handle that the last <see cref="Wait"/> found ready. Apart from it, so that the loop can read its clock in between:
    /// a handle that sets a timer must not do so by the time at which the wait began.</summary>
    void Dispatch();

    /// <summary>Ends a <see cref="Wait"/> from another thread.</summary>
    void Wake();

    /// <summary>Watches a descriptor for reading and writing, edge-triggered, until <see cref="Remove"/>.</summary>
    void Add(int descriptor, IPollHandle handle);

    /// <summary>Whom a watched descriptor tells from now on.</summary>
    void Replace(int descriptor, IPollHandle handle);

    void Remove(int descriptor);

    /// <summary>Descriptors that are watched now. Any thread.</summary>
    int Watched { get; }

    /// <summary>As <see cref="Remove"/>, for a descriptor whose open file another process has, too: closing it here would leave the kernel telling of it.</summary>
    void Withdraw(int descriptor);
}

/// <summary>What a poller tells when its descriptor becomes ready.</summary>
internal interface IPollHandle
{
    void OnReady(PollEvents events);

    /// <summary>For a handle that stands for many descriptors.</summary>
    void OnReady(int descriptor, PollEvents events) => OnReady(events);
}

[Flags]
internal enum PollEvents
{
    None = 0,
    Readable = 1,
    Writable = 2,

    /// <summary>The peer has sent its last byte (FIN).</summary>
    PeerClosed = 4,

    /// <summary>Error or full hang-up.</summary>
    Broken = 8,
}
