using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weft.Primitives.Net;

/// <summary>
/// An IPv4 or IPv6 address with a port, or the path of a Unix socket; a value without heap parts for IP.
/// Text forms: <c>127.0.0.1:9001</c>, <c>[::1]:9001</c>, <c>unix:/path</c>.
/// </summary>
public readonly record struct NetAddress
{
    private readonly UInt128 _bits;

    private NetAddress(UInt128 bits, ushort port, NetFamily family, string? path)
    {
        _bits = bits;
        Port = port;
        Family = family;
        Path = path;
    }

    public NetFamily Family { get; }

    /// <summary>0..65535; 0 for Unix sockets.</summary>
    public ushort Port { get; }

    /// <summary>Path of a Unix socket, else null.</summary>
    public string? Path { get; }

    /// <summary>The address as the 32 bits of IPv4, in host order; 0 for other families.</summary>
    public uint V4Bits => Family == NetFamily.V4 ? (uint)_bits : 0;

    /// <summary>The address as the 128 bits of IPv6; 0 for other families.</summary>
    public UInt128 V6Bits => Family == NetFamily.V6 ? _bits : 0;

    public bool IsLoopback => Family switch
    {
        NetFamily.V4 => V4Bits >> 24 == 127,
        NetFamily.V6 => _bits == UInt128.One,
        NetFamily.Unix => true,
        _ => false,
    };

    public static NetAddress V4(uint bits, ushort port) => new(bits, port, NetFamily.V4, null);

    public static NetAddress V6(UInt128 bits, ushort port) => new(bits, port, NetFamily.V6, null);

    public static NetAddress Unix(string path) => new(0, 0, NetFamily.Unix, path);

    public NetAddress WithPort(ushort port) => new(_bits, port, Family, Path);

    /// <summary>The address part alone: no port, no brackets.</summary>
    public string HostText => Family switch
    {
        NetFamily.V4 => string.Create(CultureInfo.InvariantCulture, $"{(byte)(V4Bits >> 24)}.{(byte)(V4Bits >> 16)}.{(byte)(V4Bits >> 8)}.{(byte)V4Bits}"),
        NetFamily.V6 => new IPAddress(BytesV6()).ToString(),
        NetFamily.Unix => Path!,
        _ => "",
    };

    public override string ToString() => Family switch
    {
        NetFamily.V4 => string.Create(CultureInfo.InvariantCulture, $"{HostText}:{Port}"),
        NetFamily.V6 => string.Create(CultureInfo.InvariantCulture, $"[{HostText}]:{Port}"),
        NetFamily.Unix => "unix:" + Path,
        _ => "-",
    };

    /// <summary>Writes the 16 bytes of an IPv6 address in network order.</summary>
    public void WriteV6(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, _bits);

    /// <summary>Parses an IP literal with port, or <c>unix:/path</c>. Names are not accepted.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out NetAddress address)
    {
        address = default;
        if (text.StartsWith("unix:", StringComparison.Ordinal))
        {
            if (text.Length is < 6 or > 5 + 107)
            {
                return false;
            }

            address = Unix(text[5..].ToString());
            return true;
        }

        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return false;
        }

        ReadOnlySpan<char> host = text[..colon];
        if (host[0] == '[')
        {
            return host[^1] == ']' && host.Contains(':') && TryParseHost(host[1..^1], port, out address);
        }

        return !host.Contains(':') && TryParseHost(host, port, out address);
    }

    /// <summary>Parses an IP literal without port.</summary>
    public static bool TryParseHost(ReadOnlySpan<char> host, ushort port, out NetAddress address)
    {
        address = default;
        if (!IPAddress.TryParse(host, out IPAddress? ip))
        {
            return false;
        }

        if (ip.AddressFamily == AddressFamily.InterNetwork)
        {
            // Shorthand such as "1" or "0x7f.1" is legal for inet_aton and a source of surprises: four decimal parts only.
            if (host.Count('.') != 3 || host.IndexOfAnyExceptInRange('.', '9') >= 0 || host.Contains('/'))
            {
                return false;
            }

            Span<byte> four = stackalloc byte[4];
            ip.TryWriteBytes(four, out _);
            address = V4(BinaryPrimitives.ReadUInt32BigEndian(four), port);
            return true;
        }

        Span<byte> sixteen = stackalloc byte[16];
        ip.TryWriteBytes(sixteen, out _);
        address = V6(BinaryPrimitives.ReadUInt128BigEndian(sixteen), port);
        return true;
    }

    private byte[] BytesV6()
    {
        byte[] bytes = new byte[16];
        WriteV6(bytes);
        return bytes;
    }
}
