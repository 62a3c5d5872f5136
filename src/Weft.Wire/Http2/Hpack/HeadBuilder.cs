using System.Text;
using Weft.Primitives.Http;

namespace Weft.Wire.Http2.Hpack;

/// <summary>
/// Puts decoded fields into a head and applies the rules of RFC 9113, 8.2 and 8.3. The first broken rule is kept; fields after
/// it are counted only. In the block each field lies as the line "name: value CRLF", which an HTTP/1 writer can copy in runs.
/// </summary>
internal ref struct HeadBuilder(MessageHead head, HeadLimits limits, bool isRequest, bool isTrailers)
{
    private const int LineOverhead = 4;

    private readonly MessageHead _head = head;
    private readonly HeadLimits _limits = limits;
    private readonly bool _isRequest = isRequest;
    private readonly bool _isTrailers = isTrailers;
    private PseudoFields _pseudo;
    private bool _hasRegular;
    private bool _hasHost;
    private bool _hasLength;
    private Slice _host;
    private HeadFault _fault;

    [Flags]
    private enum PseudoFields : byte
    {
        None = 0,
        Method = 1,
        Scheme = 2,
        Path = 4,
        Authority = 8,
        Protocol = 16,
        Status = 32,
    }

    internal long Size { get; private set; }

    internal readonly int FieldMax => _limits.FieldBytes;

    /// <summary>Room for a line with name and value of together <paramref name="length"/> octets.</summary>
    internal readonly Span<byte> Reserve(int length) => _head.Reserve(length + LineOverhead);

    internal static Span<byte> ValueRoom(Span<byte> room, int nameLength) => room[(nameLength + 2)..];

    /// <summary>Counts a field that is too large to be looked at.</summary>
    internal void Skip(int length)
    {
        Size += length + DynamicTable.EntryOverhead;
        Refuse(HeadFault.FieldsTooLarge);
    }

    /// <summary>Takes over the field whose name is at the start of <paramref name="room"/> and whose value is in <see cref="ValueRoom"/>.</summary>
    internal void Add(Span<byte> room, int nameLength, int valueLength)
    {
        Size += nameLength + valueLength + DynamicTable.EntryOverhead;
        if (_fault != HeadFault.None)
        {
            return;
        }

        ReadOnlySpan<byte> value = ValueRoom(room, nameLength)[..valueLength];
        if (Size > _limits.FieldBytes)
        {
            Refuse(HeadFault.FieldsTooLarge);
            return;
        }

        if (value.IndexOfAny(HeadRules.NotValue) >= 0 || HeadRules.StartsOrEndsBlank(value))
        {
            Refuse(HeadFault.BadValue);
            return;
        }

        ": "u8.CopyTo(room[nameLength..]);
        "\r\n"u8.CopyTo(room[(nameLength + 2 + valueLength)..]);
        Slice line = _head.Commit(nameLength + valueLength + LineOverhead);
        Slice nameSlice = new(line.Offset, nameLength);
        Slice valueSlice = new(line.Offset + nameLength + 2, valueLength);
        ReadOnlySpan<byte> name = room[..nameLength];
        Refuse(nameLength > 0 && name[0] == ':' ? AddPseudo(name, value, valueSlice) : AddRegular(name, nameSlice, value, valueSlice));
    }

    /// <summary>Judges the message as a whole and completes the head.</summary>
    internal HeadFault Finish()
    {
        if (_fault == HeadFault.None && !_isTrailers)
        {
            _fault = _isRequest ? FinishRequest() : (_pseudo & PseudoFields.Status) != 0 ? HeadFault.None : HeadFault.BadPseudoField;
        }

        return _fault;
    }

    private void Refuse(HeadFault fault)
    {
        if (_fault == HeadFault.None)
        {
            _fault = fault;
        }
    }

    private HeadFault AddPseudo(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Slice slice)
    {
        PseudoFields which = Recognise(name);
        if (which == PseudoFields.None || _isTrailers || _hasRegular || (_pseudo & which) != 0 || _isRequest == (which == PseudoFields.Status))
        {
            return HeadFault.BadPseudoField;
        }

        _pseudo |= which;
        switch (which)
        {
            case PseudoFields.Method:
                _head.Method = slice;
                return HeadRules.IsToken(value) ? HeadFault.None : HeadFault.BadMethod;
            case PseudoFields.Scheme:
                _head.Scheme = slice;
                return HeadRules.IsToken(value) ? HeadFault.None : HeadFault.BadPseudoField;
            case PseudoFields.Path:
                _head.Path = slice;
                return value.Length > _limits.StartLine ? HeadFault.LineTooLong
                    : value.IndexOfAny(HeadRules.NotTarget) < 0 ? HeadFault.None : HeadFault.BadTarget;
            case PseudoFields.Authority:
                _head.Authority = slice;
                return HeadRules.IsAuthority(value) ? HeadFault.None : HeadFault.BadHost;
            case PseudoFields.Protocol:
                _head.Protocol = slice;
                return HeadRules.IsProtocol(value) ? HeadFault.None : HeadFault.BadPseudoField;
            default:
                return ReadStatus(value);
        }
    }

    private static PseudoFields Recognise(ReadOnlySpan<byte> name) => name.Length switch
    {
        5 when name.SequenceEqual(":path"u8) => PseudoFields.Path,
        7 when name.SequenceEqual(":method"u8) => PseudoFields.Method,
        7 when name.SequenceEqual(":scheme"u8) => PseudoFields.Scheme,
        7 when name.SequenceEqual(":status"u8) => PseudoFields.Status,
        9 when name.SequenceEqual(":protocol"u8) => PseudoFields.Protocol,
        10 when name.SequenceEqual(":authority"u8) => PseudoFields.Authority,
        _ => PseudoFields.None,
    };

    /// <summary>101 does not exist in HTTP/2 (RFC 9113, 8.6).</summary>
    private readonly HeadFault ReadStatus(ReadOnlySpan<byte> value)
    {
        if (value.Length != 3 || !HeadRules.TryReadLength(value, out long status) || status is < 100 or > 599 or 101)
        {
            return HeadFault.BadStatus;
        }

        _head.Status = (int)status;
        return HeadFault.None;
    }

    private HeadFault AddRegular(ReadOnlySpan<byte> name, Slice nameSlice, ReadOnlySpan<byte> value, Slice valueSlice)
    {
        _hasRegular = true;
        if (name.IsEmpty || name.IndexOfAnyExcept(HeadRules.LowerToken) >= 0)
        {
            return HeadFault.BadName;
        }

        if (_head.FieldCount == _limits.Fields)
        {
            return HeadFault.TooManyFields;
        }

        KnownField known = KnownFields.Lookup(name);
        ref FieldLine field = ref _head.AddField(nameSlice, valueSlice, known);
        switch (known)
        {
            case KnownField.Connection or KnownField.ProxyConnection or KnownField.KeepAlive or KnownField.TransferEncoding or KnownField.Upgrade:
                return HeadFault.ConnectionSpecificField;
            case KnownField.Te:
                return Ascii.EqualsIgnoreCase(value, "trailers"u8) ? HeadFault.None : HeadFault.ConnectionSpecificField;
            case KnownField.ContentLength or KnownField.Host when _isTrailers:
                return HeadFault.ForbiddenTrailer;
            case KnownField.ContentLength:
                return AddLength(value);
            case KnownField.Host when _isRequest:
                return AddHost(value, valueSlice);
            case KnownField.Http2Settings:
                field.Removed = true;
                return HeadFault.None;
            case KnownField.Expect:
                _head.ExpectContinue |= _isRequest && Ascii.EqualsIgnoreCase(value, "100-continue"u8);
                return HeadFault.None;
            default:
                return HeadFault.None;
        }
    }

    private HeadFault AddLength(ReadOnlySpan<byte> value)
    {
        if (_hasLength || value.Contains((byte)','))
        {
            return HeadFault.RepeatedLength;
        }

        _hasLength = true;
        if (!HeadRules.TryReadLength(value, out long length))
        {
            return HeadFault.BadLength;
        }

        _head.ContentLength = length;
        return HeadFault.None;
    }

    private HeadFault AddHost(ReadOnlySpan<byte> value, Slice slice)
    {
        if (_hasHost)
        {
            return HeadFault.RepeatedHost;
        }

        _hasHost = true;
        _host = slice;
        return value.IsEmpty || HeadRules.IsAuthority(value) ? HeadFault.None : HeadFault.BadHost;
    }

    private readonly HeadFault FinishRequest()
    {
        ReadOnlySpan<byte> method = _head[_head.Method];
        bool tunnel = method.SequenceEqual("CONNECT"u8) && (_pseudo & PseudoFields.Protocol) == 0;
        PseudoFields needed = tunnel ? PseudoFields.Method | PseudoFields.Authority : PseudoFields.Method | PseudoFields.Scheme | PseudoFields.Path;
        if ((_pseudo & needed) != needed || (tunnel && _pseudo != needed))
        {
            return HeadFault.BadPseudoField;
        }

        // Extended CONNECT names its target in full (RFC 8441, 4); other methods have no :protocol.
        PseudoFields extended = PseudoFields.Protocol | PseudoFields.Authority;
        if ((_pseudo & PseudoFields.Protocol) != 0 && ((_pseudo & extended) != extended || !method.SequenceEqual("CONNECT"u8)))
        {
            return HeadFault.BadPseudoField;
        }

        ReadOnlySpan<byte> path = _head[_head.Path];
        if (!tunnel && !path.StartsWith("/"u8) && !(path.SequenceEqual("*"u8) && method.SequenceEqual("OPTIONS"u8)))
        {
            return HeadFault.BadTarget;
        }

        return AgreeOnHost(tunnel);
    }

    private readonly HeadFault AgreeOnHost(bool tunnel)
    {
        if (_head.Authority.IsEmpty)
        {
            _head.Authority = _host;
            return HeadFault.None;
        }

        ReadOnlySpan<byte> scheme = _head[_head.Scheme];
        ReadOnlySpan<byte> defaultPort = tunnel ? default : Ascii.EqualsIgnoreCase(scheme, "https"u8) ? "443"u8 : "80"u8;
        return !_hasHost || HeadRules.Agree(_head[_head.Authority], _head[_host], defaultPort) ? HeadFault.None : HeadFault.HostDisagrees;
    }
}
