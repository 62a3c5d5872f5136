namespace Weft.Proxy.Engine;

/// <summary>Sends and receives one message with descriptors beside it (SCM_RIGHTS, unix(7)).</summary>
internal static unsafe class DescriptorMessage
{
    /// <summary>The kernel's bound on descriptors in one message is 253 (SCM_MAX_FD); nobody here needs as many.</summary>
    public const int DescriptorsMax = 64;

    private static readonly int HeaderSize = sizeof(Libc.ControlHeader);

    /// <summary>Bytes sent, or -1 with <see cref="Libc.LastError"/>. Never blocks.</summary>
    /// <param name="socket">A Unix socket.</param>
    /// <param name="bytes">The message.</param>
    /// <param name="descriptors">Go along; the receiver gets descriptors of its own for the same open files.</param>
    /// <param name="address">For a socket that is not connected: a sockaddr_un.</param>
    public static nint Send(int socket, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> descriptors, ReadOnlySpan<byte> address = default)
    {
        byte* control = stackalloc byte[HeaderSize + (DescriptorsMax * sizeof(int))];
        fixed (byte* data = bytes, name = address)
        {
            Libc.IoVector vector = new() { Base = data, Length = (nuint)bytes.Length };
            Libc.MessageHeader message = new() { Name = name, NameLength = (uint)address.Length, Vectors = &vector, VectorCount = 1 };
            if (descriptors.Length > 0)
            {
                int payload = descriptors.Length * sizeof(int);
                *(Libc.ControlHeader*)control = new Libc.ControlHeader { Length = (nuint)(HeaderSize + payload), Level = Libc.SolSocket, Type = Libc.ScmRights };
                descriptors.CopyTo(new Span<int>(control + HeaderSize, DescriptorsMax));
                message.Control = control;
                message.ControlLength = (nuint)((HeaderSize + payload + 7) & ~7);
            }

            return Libc.SendMessage(socket, &message, Libc.MsgNoSignal | Libc.MsgDontWait);
        }
    }

    /// <summary>Bytes received, 0 at the end, or -1 with <see cref="Libc.LastError"/>. Never blocks. A message that was cut is as good as none: 0.</summary>
    /// <param name="socket">A Unix socket.</param>
    /// <param name="buffer">Room for the message.</param>
    /// <param name="descriptor">The descriptor that came along, closed on exec, or -1. Any more of them are closed.</param>
    public static nint Receive(int socket, Span<byte> buffer, out int descriptor)
    {
        byte* control = stackalloc byte[HeaderSize + (DescriptorsMax * sizeof(int))];
        descriptor = -1;
        fixed (byte* data = buffer)
        {
            Libc.IoVector vector = new() { Base = data, Length = (nuint)buffer.Length };
            Libc.MessageHeader message = new()
            {
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = (nuint)(HeaderSize + (DescriptorsMax * sizeof(int))),
            };
            nint received = Libc.ReceiveMessage(socket, &message, Libc.MsgDontWait | Libc.MsgCloseOnExec);
            if (received < 0)
            {
                return received;
            }

            Libc.ControlHeader header = message.ControlLength >= (nuint)HeaderSize ? *(Libc.ControlHeader*)control : default;
            if (header is { Level: Libc.SolSocket, Type: Libc.ScmRights })
            {
                ReadOnlySpan<int> all = new(control + HeaderSize, ((int)header.Length - HeaderSize) / sizeof(int));
                descriptor = all.Length > 0 ? all[0] : -1;
                for (int i = 1; i < all.Length; i++)
                {
                    Libc.Close(all[i]);
                }
            }

            return (message.Flags & (Libc.MsgTruncated | Libc.MsgControlTruncated)) == 0 ? received : 0;
        }
    }
}
