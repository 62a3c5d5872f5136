using System.Text;
using Weft.Primitives.Http;

namespace Weft.Wire.Http1;

/// <summary>What the fields of one HTTP/1 head say about host, framing and connection, gathered in one pass.</summary>
internal struct HeadFacts
{
    private bool _hasLength;
    private bool _hasCoding;
    private bool _hasConnection;
    private Slice _upgrade;
    private long _length;

    internal bool HasHost { get; private set; }

    /// <summary>The value of the Host field.</summary>
    internal Slice Host { get; private set; }

    internal readonly bool IsChunked => _hasCoding;

    /// <summary>Content-Length, or -1.</summary>
    internal readonly long Length => _hasLength ? _length : -1;

    internal bool ExpectContinue { get; private set; }

    /// <summary>Reads all field lines of the block from <paramref name="offset"/> on into the head's list.</summary>
    internal HeadFault ReadFields(MessageHead head, int offset, in HeadLimits limits)
    {
        FieldLines lines = new(head.Block, offset);
        while (lines.Next())
        {
            if (head.FieldCount == limits.Fields)
            {
                return HeadFault.TooManyFields;
            }

            KnownField known = KnownFields.Lookup(head[lines.Name]);
            ref FieldLine field = ref head.AddField(lines.Name, lines.Value, known);
            if (known != KnownField.None)
            {
                HeadFault fault = Note(head, ref field, known);
                if (fault != HeadFault.None)
                {
                    return fault;
                }
            }
        }

        if (lines.Fault != HeadFault.None)
        {
            return lines.Fault;
        }

        return lines.Offset - offset > limits.FieldBytes + 2 ? HeadFault.FieldsTooLarge : HeadFault.None;
    }

    /// <summary>Judges framing and connection once all fields are known.</summary>
    internal HeadFault Finish(MessageHead head)
    {
        if (_hasCoding && _hasLength)
        {
            return HeadFault.LengthAndChunked;
        }

        if (_hasCoding && head.Version == HttpVersion.Http10)
        {
            return HeadFault.CodingInHttp10;
        }

        ConnectionOptions options = default;
        HeadFault fault = _hasConnection ? options.Apply(head) : HeadFault.None;
        if (fault != HeadFault.None)
        {
            return fault;
        }

        bool persistent = head.Version == HttpVersion.Http11 || options.KeepAlive;
        head.KeepAlive = persistent && !options.Close;
        return options.Upgrade && head.Version == HttpVersion.Http11 ? ReadUpgrade(head) : HeadFault.None;
    }

    private HeadFault Note(MessageHead head, ref FieldLine field, KnownField known)
    {
        ReadOnlySpan<byte> value = head.Value(field);
        switch (known)
        {
            case KnownField.Host:
                HeadFault repeated = HasHost ? HeadFault.RepeatedHost : HeadFault.None;
                HasHost = true;
                Host = new Slice(field.ValueOffset, field.ValueLength);
                return repeated;
            case KnownField.ContentLength:
                return NoteLength(value);
            case KnownField.TransferEncoding:
                field.Removed = true;
                return NoteCoding(value);
            case KnownField.Connection:
                _hasConnection = true;
                field.Removed = true;
                return HeadFault.None;
            case KnownField.Upgrade:
                // A second Upgrade field would continue the first one's list; only the first is considered.
                _upgrade = _upgrade.IsEmpty ? new Slice(field.ValueOffset, field.ValueLength) : _upgrade;
                field.Removed = true;
                return HeadFault.None;
            case KnownField.KeepAlive or KnownField.ProxyConnection or KnownField.Http2Settings:
                field.Removed = true;
                return HeadFault.None;
            case KnownField.Te:
                field.Removed = !Ascii.EqualsIgnoreCase(value, "trailers"u8);
                return HeadFault.None;
            case KnownField.Expect:
                ExpectContinue |= Ascii.EqualsIgnoreCase(value, "100-continue"u8);
                return HeadFault.None;
            default:
                return HeadFault.None;
        }
    }

    private HeadFault NoteLength(ReadOnlySpan<byte> value)
    {
        if (_hasLength || value.Contains((byte)','))
        {
            return HeadFault.RepeatedLength;
        }

        _hasLength = true;
        return HeadRules.TryReadLength(value, out _length) ? HeadFault.None : HeadFault.BadLength;
    }

    private HeadFault NoteCoding(ReadOnlySpan<byte> value)
    {
        if (_hasCoding || value.Contains((byte)','))
        {
            return HeadFault.RepeatedCoding;
        }

        _hasCoding = true;
        return Ascii.EqualsIgnoreCase(value, "chunked"u8) ? HeadFault.None : HeadFault.UnknownCoding;
    }

    /// <summary>Takes the first protocol that is not h2c: HTTP/2 in plain is negotiated per hop, and never here (RFC 9113, 3.1).</summary>
    private readonly HeadFault ReadUpgrade(MessageHead head)
    {
        int offset = _upgrade.Offset;
        ReadOnlySpan<byte> list = head[_upgrade];
        while (!list.IsEmpty)
        {
            int comma = list.IndexOf((byte)',');
            ReadOnlySpan<byte> whole = comma < 0 ? list : list[..comma];
            ReadOnlySpan<byte> protocol = HeadRules.TrimBlanks(whole);
            if (!HeadRules.IsProtocol(protocol))
            {
                return HeadFault.BadUpgrade;
            }

            if (!Ascii.EqualsIgnoreCase(protocol, "h2c"u8))
            {
                head.Protocol = new Slice(offset + whole.IndexOf(protocol), protocol.Length);
                return HeadFault.None;
            }

            int step = comma < 0 ? list.Length : comma + 1;
            offset += step;
            list = list[step..];
        }

        return HeadFault.None;
    }
}
