using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Weft.Primitives;
using Weft.Primitives.Http;

namespace Weft.Proxy.Flows;

/// <summary>
/// What tells one request from all others and joins what several proxies say of it: the request id, and the place in a trace (W3C Trace Context, B3, or
/// made from the request id, so that both proxies of a hop make the same). Part of an exchange's context; filled anew for each exchange.
/// </summary>
internal struct RequestTrace
{
    /// <summary>Text of a UUID.</summary>
    public const int UuidLength = 36;

    private IdText _id;
    private int _idLength;

    /// <summary>0 before <see cref="Begin"/>.</summary>
    public UInt128 TraceId { get; private set; }

    /// <summary>Span of this proxy.</summary>
    public ulong SpanId { get; set; }

    /// <summary>Span of the caller, 0 without one.</summary>
    public ulong ParentSpanId { get; set; }

    /// <summary>Whether the caller sent a trace context.</summary>
    public bool HasContext { get; private set; }

    /// <summary>Whether the caller asked for its trace to be kept.</summary>
    public bool CallerSamples { get; private set; }

    /// <summary>Whether the id was made here.</summary>
    public bool IsNew { get; private set; }

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Id => ((ReadOnlySpan<byte>)_id)[.._idLength];

    /// <summary>No id, no trace.</summary>
    public void Clear()
    {
        _idLength = 0;
        TraceId = 0;
        SpanId = ParentSpanId = 0;
        HasContext = CallerSamples = IsNew = false;
    }

    /// <summary>Takes the id of the request over, or makes one; and reads the trace context.</summary>
    /// <param name="head">The request.</param>
    /// <param name="trusts">Whether the caller's id may be believed.</param>
    /// <param name="ids">Where new ids come from.</param>
    public void Begin(MessageHead head, bool trusts, FlowIds ids)
    {
        ReadHead(head, trusts);
        if (IsNew)
        {
            UInt128 uuid = ids.NextUuid();
            HexDigits.WriteUuid(uuid, _id);
            _idLength = UuidLength;
            TraceId = HasContext ? TraceId : uuid;
        }
        else if (!HasContext)
        {
            TraceId = TraceOf(Id);
        }
    }

    /// <summary>What the head says; <see cref="IsNew"/> and <see cref="HasContext"/> tell what it does not say.</summary>
    internal void ReadHead(MessageHead head, bool trusts)
    {
        SpanId = ParentSpanId = 0;
        TraceId = 0;
        HasContext = CallerSamples = false;
        IsNew = true;
        ReadOnlySpan<byte> b3Trace = default;
        ReadOnlySpan<byte> b3Span = default;
        foreach (ref FieldLine field in head.Fields)
        {
            if (field.Known < KnownField.RequestId || field.Removed)
            {
                continue;
            }

            ReadOnlySpan<byte> value = head.Value(field);
            switch (field.Known)
            {
                case KnownField.RequestId when trusts && IsNew && value.Length is > 0 and <= IdText.Max && !value.ContainsAnyExceptInRange((byte)'!', (byte)'~'):
                    value.CopyTo(_id);
                    _idLength = value.Length;
                    IsNew = false;
                    break;
                case KnownField.TraceParent:
                    ReadTraceParent(value);
                    break;
                case KnownField.B3 when !HasContext:
                    ReadB3(value);
                    break;
                case KnownField.B3TraceId:
                    b3Trace = value;
                    break;
                case KnownField.B3SpanId:
                    b3Span = value;
                    break;
                case KnownField.B3Sampled:
                    CallerSamples |= value.SequenceEqual("1"u8) || value.SequenceEqual("true"u8);
                    break;
            }
        }

        if (!HasContext && !b3Trace.IsEmpty && TryReadTraceId(b3Trace, out UInt128 trace) && TryReadSpanId(b3Span, out ulong span))
        {
            (TraceId, ParentSpanId, HasContext) = (trace, span, true);
        }
    }

    /// <summary>
    /// The span of the hop from one service to another for one call: both proxies make it from what both know, so that the second can name the first as
    /// its parent without being told.
    /// </summary>
    public static ulong SpanOfHop(UInt128 trace, ulong caller, string source, string destination)
    {
        ulong hash = (ulong)trace ^ (ulong)(trace >> 64) ^ ulong.RotateLeft(caller, 29);
        hash = Mix(hash, source);
        hash = Mix(hash, destination);
        return hash == 0 ? 1 : hash;
    }

    /// <summary>The trace that stands for a request id: its own 128 bits when it is a UUID or 32 digits, else a hash of it.</summary>
    public static UInt128 TraceOf(ReadOnlySpan<byte> id)
    {
        if (id.Length == UuidLength && Utf8Parser.TryParse(id, out Guid uuid, out int used) && used == UuidLength)
        {
            Span<byte> bytes = stackalloc byte[16];
            uuid.TryWriteBytes(bytes, bigEndian: true, out _);
            return NotZero(BinaryPrimitives.ReadUInt128BigEndian(bytes));
        }

        return id.Length == 32 && TryReadTraceId(id, out UInt128 digits) ? digits : NotZero(Hash(id));
    }

    /// <summary>W3C Trace Context, 3.2: version "-" trace-id "-" parent-id "-" trace-flags. A later version may go on after another dash.</summary>
    private void ReadTraceParent(ReadOnlySpan<byte> value)
    {
        const int Length = 55;
        bool isKnown = value.Length == Length || (value.Length > Length && value[Length] == '-' && !value.StartsWith("00"u8));
        if (isKnown && value[2] == '-' && value[35] == '-' && value[52] == '-' && !value.StartsWith("ff"u8)
            && TryReadTraceId(value.Slice(3, 32), out UInt128 trace) && TryReadSpanId(value.Slice(36, 16), out ulong span)
            && TryReadHex(value.Slice(53, 2), out ulong flags))
        {
            (TraceId, ParentSpanId, HasContext, CallerSamples) = (trace, span, true, (flags & 1) != 0);
        }
    }

    /// <summary>B3, single: trace "-" span ["-" state ["-" parent]]; or the state alone.</summary>
    private void ReadB3(ReadOnlySpan<byte> value)
    {
        int dash = value.IndexOf((byte)'-');
        if (dash is not (16 or 32) || value.Length < dash + 17)
        {
            return;
        }

        ReadOnlySpan<byte> rest = value[(dash + 17)..];
        if ((rest.IsEmpty || rest[0] == '-') && TryReadTraceId(value[..dash], out UInt128 trace) && TryReadSpanId(value.Slice(dash + 1, 16), out ulong span))
        {
            (TraceId, ParentSpanId, HasContext, CallerSamples) = (trace, span, true, rest.Length > 1 && rest[1] is (byte)'1' or (byte)'d');
        }
    }

    private static bool TryReadTraceId(ReadOnlySpan<byte> digits, out UInt128 id)
    {
        id = 0;
        if (digits.Length is not (16 or 32))
        {
            return false;
        }

        ulong high = 0;
        if (!TryReadHex(digits[^16..], out ulong low) || (digits.Length == 32 && !TryReadHex(digits[..16], out high)))
        {
            return false;
        }

        id = new UInt128(high, low);
        return id != 0;
    }

    private static bool TryReadSpanId(ReadOnlySpan<byte> digits, out ulong id)
    {
        id = 0;
        return digits.Length == 16 && TryReadHex(digits, out id) && id != 0;
    }

    /// <summary>Up to sixteen digits in lower case; B3 and W3C both allow no others, and upper case is taken because some senders write it.</summary>
    private static bool TryReadHex(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            int lower = digit | 0x20;
            int number = digit is >= (byte)'0' and <= (byte)'9' ? digit - '0' : lower is >= 'a' and <= 'f' ? lower - 'a' + 10 : -1;
            if (number < 0)
            {
                return false;
            }

            value = (value << 4) | (uint)number;
        }

        return true;
    }

    private static UInt128 NotZero(UInt128 value) => value == 0 ? 1 : value;

    private static UInt128 Hash(ReadOnlySpan<byte> text)
    {
        const ulong Prime = 0x9E3779B97F4A7C15UL;
        ulong a = 0x243F6A8885A308D3UL;
        ulong b = 0x13198A2E03707344UL;
        foreach (byte value in text)
        {
            a = ulong.RotateLeft((a ^ value) * Prime, 31);
            b = (ulong.RotateLeft(b, 27) ^ a) * Prime;
        }

        return new UInt128(b ^ (b >> 29), a ^ (a >> 33));
    }

    private static ulong Mix(ulong hash, string text)
    {
        const ulong Prime = 0x9E3779B97F4A7C15UL;
        foreach (char c in text)
        {
            hash = ulong.RotateLeft((hash ^ c) * Prime, 31);
        }

        hash = (hash ^ (ulong)text.Length) * Prime;
        return hash ^ (hash >> 32);
    }
}
