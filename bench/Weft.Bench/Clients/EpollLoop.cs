using System.Runtime.InteropServices;

namespace Weft.Bench.Clients;

/// <summary>The kernel's readiness queue, level-triggered, for the two ends of the TCP benchmark: both must cost far less than what is measured between them.</summary>
internal sealed unsafe partial class EpollLoop : IDisposable
{
    private const int ControlAdd = 1;
    private const int ControlDelete = 2;
    private const uint Readable = 1;
    private const int EventsMax = 64;

    // The kernel packs this structure on x86-64 and nowhere else.
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_eventBytes = s_dataOffset + 8;

    private readonly int _epoll = Create(0);

    public void Add(int descriptor)
    {
        byte* interest = stackalloc byte[s_eventBytes];
        *(uint*)interest = Readable;
        *(long*)(interest + s_dataOffset) = descriptor;
        if (Control(_epoll, ControlAdd, descriptor, interest) != 0)
        {
            throw new IOException($"epoll_ctl failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    public void Remove(int descriptor) => _ = Control(_epoll, ControlDelete, descriptor, null);

    /// <summary>Fills <paramref name="ready"/> with the descriptors that can be read and returns how many; 0 after the timeout.</summary>
    public int Wait(Span<int> ready, int timeoutMs)
    {
        byte* events = stackalloc byte[EventsMax * s_eventBytes];
        int count = Math.Max(0, WaitFor(_epoll, events, Math.Min(EventsMax, ready.Length), timeoutMs));
        for (int i = 0; i < count; i++)
        {
            ready[i] = (int)*(long*)(events + (i * s_eventBytes) + s_dataOffset);
        }

        return count;
    }

    public static int Read(int descriptor, Span<byte> into)
    {
        fixed (byte* start = into)
        {
            return (int)ReadBytes(descriptor, start, (nuint)into.Length);
        }
    }

    public static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            // 128 bytes always fit into the buffer of a socket whose peer answers before it asks again.
            if (WriteBytes(descriptor, start, (nuint)bytes.Length) != bytes.Length)
            {
                throw new IOException("a short write: the peer does not read");
            }
        }
    }

    public void Dispose() => _ = Close(_epoll);

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int descriptor, byte* interest);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    private static partial int WaitFor(int epoll, byte* events, int max, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint ReadBytes(int descriptor, byte* into, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteBytes(int descriptor, byte* from, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
