using System.Text;
using Weft.Primitives.Http;

namespace Weft.Wire.Http1;

/// <summary>What the Connection fields of one message say (RFC 9110, 7.6.1).</summary>
internal struct ConnectionOptions
{
    /// <summary>Each option costs a walk over the fields, so their number is bounded; real messages have one or two.</summary>
    private const int OptionsMax = 16;

    private int _count;

    internal bool Close { get; private set; }

    internal bool KeepAlive { get; private set; }

    internal bool Upgrade { get; private set; }

    /// <summary>Reads every Connection field and marks the fields they nominate as removed.</summary>
    internal HeadFault Apply(MessageHead head)
    {
        foreach (ref FieldLine field in head.Fields)
        {
            if (field.Known != KnownField.Connection)
            {
                continue;
            }

            HeadFault fault = ReadList(head, head.Value(field));
            if (fault != HeadFault.None)
            {
                return fault;
            }
        }

        return HeadFault.None;
    }

    private HeadFault ReadList(MessageHead head, ReadOnlySpan<byte> list)
    {
        while (true)
        {
            int comma = list.IndexOf((byte)',');
            ReadOnlySpan<byte> option = HeadRules.TrimBlanks(comma < 0 ? list : list[..comma]);
            if (!option.IsEmpty && !Take(head, option))
            {
                return HeadFault.BadConnection;
            }

            if (comma < 0)
            {
                return HeadFault.None;
            }

            list = list[(comma + 1)..];
        }
    }

    private bool Take(MessageHead head, ReadOnlySpan<byte> option)
    {
        if (++_count > OptionsMax || !HeadRules.IsToken(option))
        {
            return false;
        }

        if (Ascii.EqualsIgnoreCase(option, "close"u8))
        {
            Close = true;
            return true;
        }

        switch (KnownFields.Lookup(option))
        {
            case KnownField.KeepAlive:
                KeepAlive = true;
                return true;
            case KnownField.Upgrade:
                Upgrade = true;
                return true;
            case KnownField.Te:
                // "TE: trailers" belongs to this hop too, but is made anew for the next one; the reader has judged its value.
                return true;
            case KnownField.Host or KnownField.ContentLength:
                // Dropping these would change the meaning of the message for the next hop only.
                return false;
            default:
                head.RemoveField(option);
                return true;
        }
    }
}
