using System.Text;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Upgrading;

/// <summary>
/// The line between a process and its successor: a pair of Unix sockets that keep messages whole (SOCK_SEQPACKET) and carry descriptors.
/// A message is one byte that says what it is, and its payload. Either end may be passed on to a later process.
/// </summary>
internal sealed unsafe class HandoverChannel(int descriptor) : IDisposable
{
    /// <summary>Longest message; a counter cell with the longest names has a few kilobytes.</summary>
    public const int MessageMax = 64 * 1024;

    private readonly byte[] _buffer = new byte[MessageMax];
    private bool _closed;

    public int Descriptor => descriptor;

    /// <summary>Whether the other side has gone, as far as sending and receiving have told.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>A new line: one end as a channel, the other as a descriptor for somebody else.</summary>
    /// <exception cref="IOException">The kernel gives none.</exception>
    public static (HandoverChannel Near, int Far) Open()
    {
        int* pair = stackalloc int[2];
        return Libc.SocketPair(Libc.AfUnix, Libc.SockSeqPacket | Libc.SockCloexec, 0, pair) == 0
            ? (new HandoverChannel(pair[0]), pair[1])
            : throw new IOException("socketpair: " + Libc.Describe(Libc.LastError));
    }

    public bool Send(HandoverMessage kind, string text, int passed = -1, int timeoutMs = 0) => Send(kind, Encoding.UTF8.GetBytes(text), passed, timeoutMs);

    /// <summary>Sends one message; false when the other side is gone, or takes nothing for so long.</summary>
    public bool Send(HandoverMessage kind, ReadOnlySpan<byte> payload, int passed = -1, int timeoutMs = 0)
    {
        if (_closed || IsBroken || payload.Length >= MessageMax)
        {
            return false;
        }

        _buffer[0] = (byte)kind;
        payload.CopyTo(_buffer.AsSpan(1));
        ReadOnlySpan<int> descriptors = passed >= 0 ? [passed] : [];
        while (true)
        {
            if (DescriptorMessage.Send(descriptor, _buffer.AsSpan(0, payload.Length + 1), descriptors) >= 0)
            {
                return true;
            }

            int error = Libc.LastError;
            if (error == Libc.Eintr)
            {
                continue;
            }

            if (error != Libc.Eagain)
            {
                IsBroken = true;
                return false;
            }

            if (timeoutMs <= 0 || !Wait(descriptor, Libc.PollOut, timeoutMs))
            {
                return false;
            }
        }
    }

    /// <summary>Takes the next message if there is one. The payload lives until the next call.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="payload">What it says.</param>
    /// <param name="passed">A descriptor that came along, the caller's from now on; else -1.</param>
    /// <param name="timeoutMs">How long to wait for one.</param>
    public bool TryReceive(out HandoverMessage kind, out ReadOnlySpan<byte> payload, out int passed, int timeoutMs = 0)
    {
        kind = default;
        payload = default;
        passed = -1;
        while (!_closed && !IsBroken)
        {
            nint received = DescriptorMessage.Receive(descriptor, _buffer, out passed);
            if (received > 0)
            {
                kind = (HandoverMessage)_buffer[0];
                payload = _buffer.AsSpan(1, (int)received - 1);
                return true;
            }

            int error = received < 0 ? Libc.LastError : 0;
            if (error == Libc.Eintr)
            {
                continue;
            }

            if (error != Libc.Eagain)
            {
                IsBroken = true;
                return false;
            }

            if (timeoutMs <= 0 || !Wait(descriptor, Libc.PollIn, timeoutMs))
            {
                return false;
            }
        }

        return false;
    }

    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            Libc.Close(descriptor);
        }
    }

    private static bool Wait(int fd, short wanted, int timeoutMs)
    {
        Libc.PollDescriptor one = new() { Descriptor = fd, Wanted = wanted };
        return Libc.Poll(&one, 1, timeoutMs) > 0;
    }
}
