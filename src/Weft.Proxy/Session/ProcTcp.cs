using System.Globalization;
using Weft.Primitives.Net;

namespace Weft.Proxy.Session;

/// <summary>Reads the kernel's tables of TCP sockets, <c>/proc/self/net/tcp</c> and <c>tcp6</c>, of the namespace the proxy lives in.</summary>
internal static class ProcTcp
{
    private const string Established = "01";

    /// <summary>Established connections, at most <paramref name="max"/> lines looked at; what cannot be read counts as empty.</summary>
    public static List<TcpRow> ReadEstablished(int max)
    {
        List<TcpRow> rows = [];
        foreach (string path in (string[])["/proc/self/net/tcp", "/proc/self/net/tcp6"])
        {
            try
            {
                foreach (string line in File.ReadLines(path).Skip(1))
                {
                    if (rows.Count >= max)
                    {
                        return rows;
                    }

                    if (TryParse(line, out TcpRow row))
                    {
                        rows.Add(row);
                    }
                }
            }
            catch (IOException)
            {
                // No IPv6, or no /proc: nothing to tell.
            }
        }

        return rows;
    }

    /// <summary>Parses one line: "sl local_address rem_address st ... uid timeout inode"; addresses are words in host order, hexadecimal.</summary>
    internal static bool TryParse(string line, out TcpRow row)
    {
        row = default;
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 10 || fields[3] != Established || !TryAddress(fields[1], out NetAddress local) || !TryAddress(fields[2], out NetAddress remote))
        {
            return false;
        }

        row = new TcpRow(local, remote, long.TryParse(fields[9], NumberStyles.None, CultureInfo.InvariantCulture, out long inode) ? inode : 0);
        return true;
    }

    private static bool TryAddress(string text, out NetAddress address)
    {
        address = default;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is not (8 or 32) || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort port))
        {
            return false;
        }

        UInt128 bits = 0;
        for (int at = 0; at < colon; at += 8)
        {
            if (!uint.TryParse(text.AsSpan(at, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint word))
            {
                return false;
            }

            bits = (bits << 32) | System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
        }

        // A dual-stack socket shows IPv4 peers as ::ffff:a.b.c.d.
        address = colon == 8 || bits >> 32 == 0xffff ? NetAddress.V4((uint)bits, port) : NetAddress.V6(bits, port);
        return true;
    }
}

/// <summary>An established connection as the kernel lists it. The inode tells whose it is.</summary>
internal readonly record struct TcpRow(NetAddress Local, NetAddress Remote, long Inode);
