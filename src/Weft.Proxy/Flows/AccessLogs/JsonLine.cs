using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Weft.Contracts.Flow;

namespace Weft.Proxy.Flows.AccessLogs;

/// <summary>One line of JSON in memory that is reused. Texts are short and bounded by those who give them; one that does not fit is left empty.</summary>
internal sealed class JsonLine
{
    /// <summary>Longest line. All texts of a record, each byte escaped, are shorter.</summary>
    private const int Max = 32 * 1024;

    /// <summary>Kept free for what is no text.</summary>
    private const int Reserve = 4 * 1024;

    private static readonly SearchValues<byte> PlainBytes = SearchValues.Create(Plain());
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(Encoding.ASCII.GetString(Plain()));

    private readonly byte[] _bytes = new byte[Max];
    private readonly byte[] _second = new byte[19];
    private long _secondUnix = -1;
    private int _length;
    private bool _isFirst;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Begin()
    {
        _length = 0;
        _isFirst = true;
        Raw("{"u8);
    }

    public void End(bool isNested) => Raw(isNested ? "}}\n"u8 : "}\n"u8);

    /// <summary>Ends the nested object that is open, if one is, and begins another, if one is meant.</summary>
    public void TurnTo(bool isNested, ReadOnlySpan<byte> opening)
    {
        if (isNested)
        {
            Raw("}"u8);
        }

        if (!opening.IsEmpty)
        {
            Member(opening);
            _isFirst = true;
        }
    }

    /// <summary>The name of the next member, with its colon.</summary>
    public void Member(ReadOnlySpan<byte> name)
    {
        if (!_isFirst)
        {
            _bytes[_length++] = (byte)',';
        }

        _isFirst = false;
        Raw(name);
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(_length), out int written);
        _length += written;
    }

    /// <summary>Microseconds as milliseconds with up to three places.</summary>
    public void Milliseconds(long us)
    {
        Number(us / 1_000);
        int rest = (int)(us % 1_000);
        if (rest != 0)
        {
            _bytes[_length++] = (byte)'.';
            for (int place = 100; rest > 0; place /= 10)
            {
                _bytes[_length++] = (byte)('0' + (rest / place));
                rest %= place;
            }
        }
    }

    /// <summary>Microseconds since 1970 as ISO 8601.</summary>
    public void Time(long unixUs)
    {
        long second = Math.DivRem(unixUs, 1_000_000, out long rest);
        if (second != _secondUnix)
        {
            _secondUnix = second;
            DateTimeOffset.FromUnixTimeSeconds(second).UtcDateTime.TryFormat(_second, out _, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        }

        Raw("\""u8);
        Raw(_second);
        _bytes[_length++] = (byte)'.';
        for (int place = 100_000; place > 0; place /= 10)
        {
            _bytes[_length++] = (byte)('0' + ((rest / place) % 10));
        }

        Raw("Z\""u8);
    }

    public void Hex(ReadOnlySpan<byte> bytes)
    {
        Raw("\""u8);
        Convert.TryToHexStringLower(bytes, _bytes.AsSpan(_length), out int written);
        _length += written;
        Raw("\""u8);
    }

    public void Text(FlowText text)
    {
        Raw("\""u8);
        Span<byte> room = _bytes.AsSpan(_length, Math.Max(0, Max - Reserve - _length));
        if (text.Utf8.IsEmpty)
        {
            Put(text.Characters, room);
        }
        else
        {
            Put(text.Utf8, room);
        }

        Raw("\""u8);
    }

    private static byte[] Plain() => [.. Enumerable.Range(0x20, 0x5f).Select(static c => (byte)c).Where(static c => c is not ((byte)'"' or (byte)'\\'))];

    private void Put(ReadOnlySpan<char> text, Span<byte> room)
    {
        if (text.IndexOfAnyExcept(PlainCharacters) < 0 && text.Length <= room.Length)
        {
            Ascii.FromUtf16(text, room, out int written);
            _length += written;
            return;
        }

        Put(Encoding.UTF8.GetBytes(text.ToString()), room);
    }

    private void Put(ReadOnlySpan<byte> utf8, Span<byte> room)
    {
        if (utf8.IndexOfAnyExcept(PlainBytes) < 0)
        {
            int length = Math.Min(utf8.Length, room.Length);
            utf8[..length].CopyTo(room);
            _length += length;
        }
        else if (JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(utf8, room, out _, out int written) == OperationStatus.Done)
        {
            _length += written;
        }
    }
}
