using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Weft.Proxy.Engine;

/// <summary>epoll(7), edge-triggered: each descriptor is registered once for everything and never changed.</summary>
internal sealed unsafe class EpollPoller : IPoller
{
    private const int EventsMax = 256;

    // struct epoll_event is packed on x86-64 and naturally aligned elsewhere.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - 8;

    private readonly int _epoll;
    private readonly int _wakeup;
    private readonly byte[] _events = GC.AllocateArray<byte>(EventsMax * 16, pinned: true);
    private IPollHandle?[] _handles = new IPollHandle?[64];

    // A descriptor closed and opened again inside one batch must not get its predecessor's events.
    private uint[] _generations = new uint[64];
    private int _ready;
    private int _watched;

    public EpollPoller()
    {
        _epoll = Check(Libc.EpollCreate1(Libc.SockCloexec), "epoll_create1");
        _wakeup = Check(Libc.EventFd(0, Libc.SockNonblock | Libc.SockCloexec), "eventfd");
        Register(_wakeup, Libc.EpollIn | Libc.EpollEt, 0);
    }

    public int Watched => Volatile.Read(ref _watched);

    public void Add(int descriptor, IPollHandle handle)
    {
        if (descriptor >= _handles.Length)
        {
            int size = Math.Max(descriptor + 1, _handles.Length * 2);
            Array.Resize(ref _handles, size);
            Array.Resize(ref _generations, size);
        }

        Count(_handles[descriptor] is null ? 1 : 0);
        _handles[descriptor] = handle;
        Register(descriptor, Libc.EpollIn | Libc.EpollOut | Libc.EpollRdHup | Libc.EpollEt, ++_generations[descriptor]);
    }

    public void Replace(int descriptor, IPollHandle handle) => _handles[descriptor] = handle;

    /// <summary>Closing the descriptor takes it out of the kernel's set; this forgets who it was.</summary>
    public void Remove(int descriptor)
    {
        Count(_handles[descriptor] is null ? 0 : -1);
        _handles[descriptor] = null;
        _generations[descriptor]++;
    }

    public void Withdraw(int descriptor)
    {
        byte* none = stackalloc byte[16];
        Libc.EpollCtl(_epoll, Libc.EpollCtlDel, descriptor, none);
        Remove(descriptor);
    }

    public void Wait(int timeoutMs)
    {
        fixed (byte* events = _events)
        {
            _ready = Libc.EpollWait(_epoll, events, EventsMax, timeoutMs);
        }
    }

    public void Dispatch()
    {
        fixed (byte* events = _events)
        {
            for (int i = 0; i < _ready; i++)
            {
                byte* one = events + (i * EventSize);
                uint flags = *(uint*)one;
                ulong data = *(ulong*)(one + DataOffset);
                Tell((int)(uint)data, (uint)(data >> 32), flags);
            }
        }
    }

    public void Wake()
    {
        ulong one = 1;
        Libc.Write(_wakeup, (byte*)&one, sizeof(ulong));
    }

    public void Dispose()
    {
        Libc.Close(_wakeup);
        Libc.Close(_epoll);
    }

    private static int Check(int result, string call)
        => result >= 0 ? result : throw new Win32Exception(Libc.LastError, $"{call}: {Libc.Describe(Libc.LastError)}");

    private void Tell(int descriptor, uint generation, uint flags)
    {
        if (descriptor == _wakeup)
        {
            ulong drained;
            Libc.Read(_wakeup, (byte*)&drained, sizeof(ulong));
            return;
        }

        IPollHandle? handle = _handles[descriptor];
        if (handle is null || _generations[descriptor] != generation)
        {
            return;
        }

        PollEvents events = PollEvents.None;
        events |= (flags & Libc.EpollIn) != 0 ? PollEvents.Readable : 0;
        events |= (flags & Libc.EpollOut) != 0 ? PollEvents.Writable : 0;
        events |= (flags & Libc.EpollRdHup) != 0 ? PollEvents.PeerClosed : 0;
        events |= (flags & (Libc.EpollErr | Libc.EpollHup)) != 0 ? PollEvents.Broken : 0;
        handle.OnReady(descriptor, events);
    }

    private void Count(int change) => Volatile.Write(ref _watched, _watched + change);

    private void Register(int descriptor, uint interest, uint generation)
    {
        byte* one = stackalloc byte[16];
        *(uint*)one = interest;
        *(ulong*)(one + DataOffset) = ((ulong)generation << 32) | (uint)descriptor;
        Check(Libc.EpollCtl(_epoll, Libc.EpollCtlAdd, descriptor, one), "epoll_ctl");
    }
}
