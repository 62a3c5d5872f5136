using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Weft.Wire.TlsHello;

/// <summary>What a ClientHello says of where it wants to go; holds copies, as the message may have come in pieces.</summary>
public struct ClientHelloView
{
    /// <summary>Octets of the longest server name (RFC 1035, 2.3.4).</summary>
    public const int NameMax = 255;

    /// <summary>Octets of protocols that are kept; a list that is longer loses its end.</summary>
    public const int ProtocolsMax = 255;

    private NameBuffer _name;
    private ProtocolBuffer _protocols;
    private int _nameLength;
    private int _protocolsLength;

    /// <summary>The host name of the server_name extension in lower case; empty when there is none.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> ServerName => ((ReadOnlySpan<byte>)_name)[.._nameLength];

    /// <summary>The protocols offered, in order of preference, each after an octet with its length (RFC 7301, 3.1).</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Protocols => ((ReadOnlySpan<byte>)_protocols)[.._protocolsLength];

    public readonly bool Offers(ReadOnlySpan<byte> protocol)
    {
        for (ReadOnlySpan<byte> rest = Protocols; !rest.IsEmpty; rest = rest[(1 + rest[0])..])
        {
            if (rest.Slice(1, rest[0]).SequenceEqual(protocol))
            {
                return true;
            }
        }

        return false;
    }

    internal void AddNameByte(byte value) => _name[_nameLength++] = value;

    internal readonly bool HasRoomFor(int protocolLength) => ProtocolsMax - _protocolsLength > protocolLength;

    internal void AddProtocolByte(byte value) => _protocols[_protocolsLength++] = value;

    [InlineArray(NameMax)]
    private struct NameBuffer
    {
        private byte _first;
    }

    [InlineArray(ProtocolsMax)]
    private struct ProtocolBuffer
    {
        private byte _first;
    }
}
