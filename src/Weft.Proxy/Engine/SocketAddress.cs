using System.Buffers.Binary;
using System.Text;
using Weft.Primitives.Net;

namespace Weft.Proxy.Engine;

/// <summary><see cref="NetAddress"/> to and from the kernel's sockaddr forms.</summary>
internal static class SocketAddress
{
    /// <summary>Room for the largest form (sockaddr_un).</summary>
    public const int MaxLength = 110;

    public static int FamilyOf(NetAddress address) => address.Family switch
    {
        NetFamily.V4 => Libc.AfInet,
        NetFamily.V6 => Libc.AfInet6,
        _ => Libc.AfUnix,
    };

    public static uint Write(NetAddress address, Span<byte> destination)
    {
        destination.Clear();
        BitConverter.TryWriteBytes(destination, (ushort)FamilyOf(address));
        switch (address.Family)
        {
            case NetFamily.V4:
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], address.Port);
                BinaryPrimitives.WriteUInt32BigEndian(destination[4..], address.V4Bits);
                return 16;
            case NetFamily.V6:
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], address.Port);
                address.WriteV6(destination[8..24]);
                return 28;
            default:
                int length = Encoding.UTF8.GetBytes(address.Path, destination[2..(MaxLength - 1)]);
                return (uint)(2 + length + 1);
        }
    }

    /// <summary>The local address of a socket; default when the kernel knows none.</summary>
    public static unsafe NetAddress OfSocket(int descriptor)
    {
        byte* buffer = stackalloc byte[MaxLength];
        uint length = MaxLength;
        return Libc.GetSockName(descriptor, buffer, &length) == 0 ? Read(new ReadOnlySpan<byte>(buffer, (int)length)) : default;
    }

    public static NetAddress Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < 2)
        {
            return default;
        }

        switch (BitConverter.ToUInt16(source))
        {
            case Libc.AfInet when source.Length >= 8:
                return NetAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(source[4..]), BinaryPrimitives.ReadUInt16BigEndian(source[2..]));
            case Libc.AfInet6 when source.Length >= 24:
                UInt128 bits = BinaryPrimitives.ReadUInt128BigEndian(source[8..]);
                ushort port = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);

                // A dual-stack socket shows IPv4 peers as ::ffff:a.b.c.d.
                return bits >> 32 == 0xffff ? NetAddress.V4((uint)bits, port) : NetAddress.V6(bits, port);
            case Libc.AfUnix:
                ReadOnlySpan<byte> path = source[2..];
                int end = path.IndexOf((byte)0);
                return NetAddress.Unix(Encoding.UTF8.GetString(end < 0 ? path : path[..end]));
            default:
                return default;
        }
    }
}
