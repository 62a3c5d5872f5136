using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Weft.Wire.Dns;

/// <summary>One question, as <see cref="DnsReader"/> found it.</summary>
public struct DnsQuery
{
    /// <summary>Octets of the longest name (RFC 1035, 2.3.4).</summary>
    public const int NameMax = 255;

    /// <summary>Octets that every resolver takes over UDP (RFC 1035, 2.3.4).</summary>
    public const int PayloadMin = 512;

    /// <summary>Octets that we send over UDP at most: what crosses every path without fragments.</summary>
    public const int PayloadMax = 1232;

    private NameBuffer _name;
    private int _nameLength;

    /// <summary>Whether the sender may be answered at all: it sent a query header, not a response.</summary>
    public bool CanAnswer { get; internal set; }

    public ushort Id { get; internal set; }

    public bool RecursionDesired { get; internal set; }

    public DnsType Type { get; internal set; }

    /// <summary>1 is the Internet.</summary>
    public ushort Class { get; internal set; }

    /// <summary>Octets of the question after the header of 12; 0 when it could not be read.</summary>
    public int QuestionLength { get; internal set; }

    /// <summary>The query has an OPT record, and so must the answer.</summary>
    public bool HasEdns { get; internal set; }

    /// <summary>Octets that the answer may have over UDP, <see cref="PayloadMin"/> to <see cref="PayloadMax"/>.</summary>
    public int Payload { get; internal set; }

    /// <summary>
    /// The name in lower case with dots between labels and none at the end; empty for the root. Only meaningful with <see cref="HasPlainName"/>.
    /// </summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Name => ((ReadOnlySpan<byte>)_name)[.._nameLength];

    /// <summary>All labels are visible ASCII without dots and backslashes, so that <see cref="Name"/> can only mean one name.</summary>
    public bool HasPlainName { get; internal set; }

    internal readonly int NameLength => _nameLength;

    internal void AddNameByte(byte value) => _name[_nameLength++] = value;

    [InlineArray(NameMax)]
    private struct NameBuffer
    {
        private byte _first;
    }
}
