using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Encodings.Web;
using Weft.Primitives;

namespace Weft.Proxy.Flows.AccessLogs;

/// <summary>
/// One line of JSON in memory that is reused. Members begin with a comma, of which the first one of an object becomes its brace, so that nothing has to ask which is the
/// first. Texts are short and bounded by those who give them; one that does not fit is left empty.
/// </summary>
internal sealed class JsonLine
{
    /// <summary>Longest line. All texts of a record, each byte escaped, are shorter.</summary>
    private const int Max = 32 * 1024;

    /// <summary>Kept free for what is no text.</summary>
    private const int Reserve = 4 * 1024;

    private static readonly SearchValues<byte> PlainBytes = SearchValues.Create(Plain());
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(Encoding.ASCII.GetString(Plain()));

    /// <summary>Of each number below 1,000 its one to three digits, the first one in the lowest byte, and in the highest byte how many they are.</summary>
    private static readonly uint[] Digits = [.. Enumerable.Range(0, 1_000).Select(static n => Pack(n.ToString(CultureInfo.InvariantCulture)))];

    /// <summary>Of each number of thousandths its three places, and in the highest byte how many are left without the zeros at the end.</summary>
    private static readonly uint[] Places = [.. Enumerable.Range(0, 1_000).Select(static n => n.ToString("000", CultureInfo.InvariantCulture))
        .Select(static text => (Pack(text) & 0xffffff) | ((uint)text.TrimEnd('0').Length << 24))];

    private readonly byte[] _bytes = new byte[Max];

    /// <summary>Date, time up to the second, point.</summary>
    private readonly byte[] _second = new byte[20];

    private long _secondUnix = -1;
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Begin() => _length = 0;

    /// <summary>Ends the line, which has a member.</summary>
    public void End()
    {
        _bytes[0] = (byte)'{';
        Put((byte)'}');
        Put((byte)'\n');
    }

    /// <summary>Begins a nested object.</summary>
    /// <param name="name">With the comma before it and the colon behind it.</param>
    /// <returns>The place it begins at.</returns>
    public int Open(ReadOnlySpan<byte> name)
    {
        int start = _length;
        Raw(name);
        return start;
    }

    /// <summary>Ends a nested object; one without members vanishes.</summary>
    /// <param name="start">As <see cref="Open"/> gave it.</param>
    /// <param name="name">The same name.</param>
    public void Close(int start, ReadOnlySpan<byte> name)
    {
        int first = start + name.Length;
        if (_length == first)
        {
            _length = start;
            return;
        }

        _bytes[first] = (byte)'{';
        Put((byte)'}');
    }

    /// <summary>Bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>The first bytes of an array of at least 32, which is quicker than <see cref="Raw"/> while they are few.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(byte[] bytes, int length)
    {
        if (length <= Vector256<byte>.Count)
        {
            Vector256.Create<byte>(bytes).CopyTo(_bytes.AsSpan(_length));
            _length += length;
        }
        else
        {
            Raw(bytes.AsSpan(0, length));
        }
    }

    /// <summary>Not negative.</summary>
    public void Number(long value)
    {
        if (value < 1_000)
        {
            Put(Digits[value]);
        }
        else if (value < 1_000_000)
        {
            Put(Digits[value / 1_000]);
            PutThree((int)(value % 1_000));
        }
        else
        {
            Utf8Formatter.TryFormat(value, _bytes.AsSpan(_length), out int written);
            _length += written;
        }
    }

    /// <summary>Microseconds as milliseconds with up to three places.</summary>
    public void Milliseconds(long us)
    {
        Number(us / 1_000);
        int rest = (int)(us % 1_000);
        if (rest != 0)
        {
            Put((byte)'.');
            Put(Places[rest]);
        }
    }

    /// <summary>Microseconds since 1970 as ISO 8601, with its quote at the end.</summary>
    public void Time(long unixUs)
    {
        long second = unixUs / 1_000_000;
        int rest = (int)(unixUs - (second * 1_000_000));
        if (second != _secondUnix)
        {
            _secondUnix = second;
            DateTimeOffset.FromUnixTimeSeconds(second).UtcDateTime.TryFormat(_second, out _, "yyyy-MM-ddTHH:mm:ss'.'", CultureInfo.InvariantCulture);
        }

        Raw(_second);
        PutThree(rest / 1_000);
        PutThree(rest % 1_000);
        Put((byte)'Z');
        Put((byte)'"');
    }

    /// <summary>32 digits and a quote.</summary>
    public void Hex(UInt128 id)
    {
        HexDigits.Write(id, _bytes.AsSpan(_length));
        _length += 32;
        Put((byte)'"');
    }

    /// <summary>16 digits and a quote.</summary>
    public void Hex(ulong id)
    {
        HexDigits.Write(id, _bytes.AsSpan(_length));
        _length += 16;
        Put((byte)'"');
    }

    /// <summary>UTF-8 with what must be escaped escaped, and a quote.</summary>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        Span<byte> room = Room;
        if (utf8.Length <= room.Length && utf8.IndexOfAnyExcept(PlainBytes) < 0)
        {
            utf8.CopyTo(room);
            _length += utf8.Length;
        }
        else if (JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(utf8, room, out _, out int written) == OperationStatus.Done)
        {
            _length += written;
        }

        Put((byte)'"');
    }

    /// <summary>Characters, escaped alike, and a quote.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAnyExcept(PlainCharacters) < 0 && Ascii.FromUtf16(text, Room, out int written) == OperationStatus.Done)
        {
            _length += written;
            Put((byte)'"');
            return;
        }

        Text(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private Span<byte> Room => _bytes.AsSpan(_length, Math.Max(0, Max - Reserve - _length));

    private static byte[] Plain() => [.. Enumerable.Range(0x20, 0x5f).Select(static c => (byte)c).Where(static c => c is not ((byte)'"' or (byte)'\\'))];

    private static uint Pack(string digits)
    {
        uint packed = (uint)digits.Length << 24;
        for (int i = 0; i < digits.Length; i++)
        {
            packed |= (uint)digits[i] << (8 * i);
        }

        return packed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(byte one) => _bytes[_length++] = one;

    /// <summary>As many digits as the packed number says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(uint packed)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_length), packed);
        _length += (int)(packed >> 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutThree(int number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_length), Places[number]);
        _length += 3;
    }
}
