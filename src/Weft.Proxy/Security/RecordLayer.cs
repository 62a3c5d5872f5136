using System.Buffers.Binary;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Security;

/// <summary>
/// The records of a TLS 1.3 connection after its handshake (RFC 8446, 5): encrypts into the queue that is sent, decrypts straight into the reader's
/// buffer. OpenSSL has made the secrets and computes the cipher; what is here is the framing, the sequence numbers, the end and KeyUpdate.
/// </summary>
internal sealed unsafe class RecordLayer
{
    /// <summary>Plaintext of one record (RFC 8446, 5.1).</summary>
    public const int PlaintextMax = 16 * 1024;

    /// <summary>What a record is longer than its content: header, type and tag (RFC 8446, 5.2).</summary>
    public const int Overhead = HeaderSize + 1 + 16;

    private const int HeaderSize = 5;

    /// <summary>The longest that a record may be after its header (RFC 8446, 5.2).</summary>
    private const int CiphertextMax = PlaintextMax + 256;

    /// <summary>Records in a row without a byte for the application: no honest peer needs more, and each costs us more than the peer.</summary>
    private const int BarrenMax = 64;

    /// <summary>Records under one key. AES-GCM allows 2^24.5 of full size (RFC 8446, 5.5).</summary>
    private const ulong RecordsPerKeyMax = 1UL << 23;

    private const byte ChangeCipherSpec = 20;
    private const byte Alert = 21;
    private const byte Handshake = 22;
    private const byte ApplicationData = 23;
    private const byte NewSessionTicket = 4;
    private const byte KeyUpdate = 24;
    private const int HandshakeHeaderSize = 4;

    /// <summary>A ticket of 64 KiB with its fields (RFC 8446, 4.6.1).</summary>
    private const int TicketMax = 130 * 1024;

    private readonly CipherSuite _suite;
    private readonly bool _isServer;
    private TrafficKeys _reading;
    private TrafficKeys _writing;

    /// <summary>Plaintext at the front of the input that the reader had no room for.</summary>
    private int _plain;
    private int _plainGap;

    /// <summary>Bytes of a handshake message that are still to be passed over.</summary>
    private int _skip;

    /// <summary>The header of a handshake message, as far as it is here.</summary>
    private uint _head;
    private int _headCount;
    private int _barren;
    private bool _ended;

    /// <param name="suite">What both sides agreed on.</param>
    /// <param name="isServer">Which side this is.</param>
    /// <param name="readSecret">The other side's application traffic secret.</param>
    /// <param name="writeSecret">Our own.</param>
    public RecordLayer(CipherSuite suite, bool isServer, ReadOnlySpan<byte> readSecret, ReadOnlySpan<byte> writeSecret)
    {
        _suite = suite;
        _isServer = isServer;
        _reading = TrafficKeys.Of(suite, readSecret);
        _writing = TrafficKeys.Of(suite, writeSecret);
    }

    /// <summary>Why reading failed.</summary>
    public string? Fault { get; private set; }

    /// <summary>Takes plaintext out of <paramref name="input"/>: as much as is there in whole records and fits.</summary>
    /// <param name="input">What came from the peer; what is used is consumed.</param>
    /// <param name="output">Where plaintext goes.</param>
    /// <param name="unsent">Where an answer to the peer goes, or an alert.</param>
    /// <returns>Bytes, 0 at the peer's close_notify, <see cref="Transport.WouldBlock"/> when no whole record is there, <see cref="Transport.Failed"/>.</returns>
    public int Read(ref ByteQueue input, Span<byte> output, ref ByteQueue unsent)
    {
        int total = TakePlain(ref input, output);
        while (!_ended && Fault is null && total < output.Length && _plain == 0 && RecordSize(input.Bytes) is var size and not 0)
        {
            if (size < 0)
            {
                Fail(TlsAlert.RecordOverflow, "a record is too long or too short", ref unsent);
                break;
            }

            int room = output.Length - total;
            int inner = size - HeaderSize - CipherSuite.TagSize;
            if (inner > room && total > 0)
            {
                break;
            }

            total += ReadRecord(ref input, size, inner <= room ? output.Slice(total, inner) : default, output[total..], ref unsent);
        }

        return total > 0 ? total : Fault is not null ? Transport.Failed : _ended ? 0 : Transport.WouldBlock;
    }

    /// <summary>Encrypts one record of application data.</summary>
    /// <param name="plaintext">1 to <see cref="PlaintextMax"/> bytes.</param>
    /// <param name="unsent">Where the record goes.</param>
    public void Write(ReadOnlySpan<byte> plaintext, ref ByteQueue unsent)
    {
        if (_writing.Sequence >= RecordsPerKeyMax)
        {
            UpdateWriting(ref unsent);
        }

        Seal(ApplicationData, plaintext, ref unsent);
    }

    public void WriteAlert(TlsAlert alert, ref ByteQueue unsent)
    {
        const byte Warning = 1;
        const byte Fatal = 2;
        Seal(Alert, [alert == TlsAlert.CloseNotify ? Warning : Fatal, (byte)alert], ref unsent);
    }

    /// <summary>Gives the ciphers back until they are needed again.</summary>
    public void Rest()
    {
        _reading.DropCipher();
        _writing.DropCipher();
    }

    public void Free()
    {
        _reading.Free();
        _writing.Free();
    }

    /// <summary>Header and content of the record at the front; 0 when it is not whole yet, -1 when its length is none.</summary>
    private static int RecordSize(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeaderSize)
        {
            return 0;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(input[3..]);
        return length is > CiphertextMax or < CipherSuite.TagSize + 1 ? -1 : input.Length < HeaderSize + length ? 0 : HeaderSize + length;
    }

    /// <summary>Hands out what is left of a record that was decrypted where it lay.</summary>
    private int TakePlain(ref ByteQueue input, Span<byte> output)
    {
        if (_plain == 0)
        {
            return 0;
        }

        int count = Math.Min(_plain, output.Length);
        input.Bytes[..count].CopyTo(output);
        _plain -= count;
        input.Consume(count + (_plain == 0 ? _plainGap : 0));
        return count;
    }

    /// <summary>Opens one record; the bytes that reached the application's buffer.</summary>
    private int ReadRecord(ref ByteQueue input, int size, Span<byte> direct, Span<byte> rest, ref ByteQueue unsent)
    {
        Span<byte> record = input.Writable[..size];
        if (record[0] != ApplicationData)
        {
            Fail(TlsAlert.UnexpectedMessage, $"a record of type {record[0]} after the handshake", ref unsent);
            return 0;
        }

        Span<byte> plaintext = direct.IsEmpty ? record[HeaderSize..^CipherSuite.TagSize] : direct;
        if (!Open(record, plaintext))
        {
            Fail(TlsAlert.BadRecordMac, "a record does not authenticate", ref unsent);
            return 0;
        }

        // Zeroes after the type are padding (RFC 8446, 5.4).
        int end = plaintext.LastIndexOfAnyExcept((byte)0);
        if (end < 0 || end > PlaintextMax)
        {
            Fail(end < 0 ? TlsAlert.UnexpectedMessage : TlsAlert.RecordOverflow, end < 0 ? "a record without a type" : "a record is too long", ref unsent);
            return 0;
        }

        byte type = plaintext[end];
        if (type != Handshake && (_skip > 0 || _headCount > 0))
        {
            Fail(TlsAlert.UnexpectedMessage, "a handshake message is interrupted", ref unsent);
            return 0;
        }

        if (type == ApplicationData && end > 0)
        {
            return TakeData(ref input, size, end, plaintext, rest, isDirect: !direct.IsEmpty);
        }

        TakeControl(type, plaintext[..end], ref unsent);
        input.Consume(size);
        return 0;
    }

    private int TakeData(ref ByteQueue input, int size, int count, Span<byte> plaintext, Span<byte> rest, bool isDirect)
    {
        _barren = 0;
        if (isDirect)
        {
            input.Consume(size);
            return count;
        }

        // The reader has little room: the plaintext stays where it lies until it has been taken.
        int taken = Math.Min(count, rest.Length);
        plaintext[..taken].CopyTo(rest);
        _plain = count - taken;
        _plainGap = size - HeaderSize - count;
        input.Consume(HeaderSize + taken + (_plain == 0 ? _plainGap : 0));
        return taken;
    }

    /// <summary>What is not for the application.</summary>
    private void TakeControl(byte type, ReadOnlySpan<byte> content, ref ByteQueue unsent)
    {
        if (++_barren > BarrenMax)
        {
            Fail(TlsAlert.UnexpectedMessage, "too many records without content", ref unsent);
            return;
        }

        switch (type)
        {
            case ApplicationData:
                break;
            case Alert when content.Length == 2:
                TakeAlert((TlsAlert)content[1]);
                break;
            case Handshake when content.Length > 0:
                TakeHandshake(content, ref unsent);
                break;
            case Alert:
                Fail(TlsAlert.DecodeError, "an alert has two bytes", ref unsent);
                break;
            default:
                Fail(TlsAlert.UnexpectedMessage, $"a record of type {type}", ref unsent);
                break;
        }
    }

    private void TakeAlert(TlsAlert alert)
    {
        switch (alert)
        {
            case TlsAlert.CloseNotify:
                _ended = true;
                break;
            case TlsAlert.UserCanceled:
                // Comes before close_notify (RFC 8446, 6.1).
                break;
            default:
                Fault = $"the peer sent the alert {(byte)alert}";
                break;
        }
    }

    /// <summary>
    /// Messages after the handshake (RFC 8446, 4.6), which may be split over records: tickets are passed over, keys are renewed, and there is
    /// nothing else.
    /// </summary>
    private void TakeHandshake(ReadOnlySpan<byte> content, ref ByteQueue unsent)
    {
        while (content.Length > 0 && Fault is null)
        {
            if (_skip > 0)
            {
                int skipped = Math.Min(_skip, content.Length);
                _skip -= skipped;
                content = content[skipped..];
                continue;
            }

            byte next = content[0];
            content = content[1..];
            if (_headCount < HandshakeHeaderSize)
            {
                _head = (_head << 8) | next;
                if (++_headCount == HandshakeHeaderSize)
                {
                    BeginMessage((byte)(_head >> 24), (int)(_head & 0xff_ffff), ref unsent);
                }

                continue;
            }

            _headCount = 0;
            if (next > 1 || content.Length > 0)
            {
                // Nothing may follow under the old keys (RFC 8446, 5.1).
                Fail(TlsAlert.UnexpectedMessage, "a KeyUpdate is not the last of its record", ref unsent);
                return;
            }

            TakeKeyUpdate(isAsked: next == 1, ref unsent);
        }
    }

    private void BeginMessage(byte type, int length, ref ByteQueue unsent)
    {
        if (type == NewSessionTicket && !_isServer && length <= TicketMax)
        {
            _skip = length;
            _headCount = 0;
        }
        else if (type != KeyUpdate || length != 1)
        {
            Fail(TlsAlert.UnexpectedMessage, $"a handshake message of type {type} after the handshake", ref unsent);
        }
    }

    private void TakeKeyUpdate(bool isAsked, ref ByteQueue unsent)
    {
        _reading.Update(_suite);
        if (isAsked)
        {
            UpdateWriting(ref unsent);
        }
    }

    private void UpdateWriting(ref ByteQueue unsent)
    {
        Seal(Handshake, [KeyUpdate, 0, 0, 1, 0], ref unsent);
        _writing.Update(_suite);
    }

    private void Fail(TlsAlert alert, string fault, ref ByteQueue unsent)
    {
        Fault = "TLS: " + fault;
        WriteAlert(alert, ref unsent);
    }

    /// <summary>Decrypts a record, in place or elsewhere; false when it is not authentic.</summary>
    private bool Open(Span<byte> record, Span<byte> plaintext)
    {
        nint cipher = _reading.Cipher(_suite, encrypts: false);
        byte* nonce = stackalloc byte[CipherSuite.NonceSize];
        _reading.NextNonce(nonce);
        int count;
        int last;
        fixed (byte* start = record, output = plaintext)
        {
            int length = record.Length - HeaderSize - CipherSuite.TagSize;
            byte* tag = start + HeaderSize + length;
            return OpenSsl.EVP_DecryptInit_ex(cipher, 0, 0, null, nonce) == 1
                && OpenSsl.EVP_CIPHER_CTX_ctrl(cipher, OpenSsl.CtrlAeadSetTag, CipherSuite.TagSize, tag) == 1
                && OpenSsl.EVP_DecryptUpdate(cipher, null, &count, start, HeaderSize) == 1
                && OpenSsl.EVP_DecryptUpdate(cipher, output, &count, start + HeaderSize, length) == 1
                && OpenSsl.EVP_DecryptFinal_ex(cipher, output + count, &last) == 1;
        }
    }

    /// <summary>Encrypts a record: content, then its type (RFC 8446, 5.2).</summary>
    private void Seal(byte type, ReadOnlySpan<byte> content, ref ByteQueue unsent)
    {
        int length = content.Length + 1 + CipherSuite.TagSize;
        Span<byte> room = unsent.Reserve(HeaderSize + length);
        nint cipher = _writing.Cipher(_suite, encrypts: true);
        byte* nonce = stackalloc byte[CipherSuite.NonceSize];
        _writing.NextNonce(nonce);
        int count;
        bool works;
        fixed (byte* record = room, input = content)
        {
            record[0] = ApplicationData;
            record[1] = 3;
            record[2] = 3;
            record[3] = (byte)(length >> 8);
            record[4] = (byte)length;
            byte* output = record + HeaderSize;
            works = OpenSsl.EVP_EncryptInit_ex(cipher, 0, 0, null, nonce) == 1
                && OpenSsl.EVP_EncryptUpdate(cipher, null, &count, record, HeaderSize) == 1
                && OpenSsl.EVP_EncryptUpdate(cipher, output, &count, input, content.Length) == 1
                && OpenSsl.EVP_EncryptUpdate(cipher, output + content.Length, &count, &type, 1) == 1
                && OpenSsl.EVP_EncryptFinal_ex(cipher, output + content.Length + 1, &count) == 1
                && OpenSsl.EVP_CIPHER_CTX_ctrl(cipher, OpenSsl.CtrlAeadGetTag, CipherSuite.TagSize, output + content.Length + 1) == 1;
        }

        if (works)
        {
            unsent.Commit(HeaderSize + length);
        }
        else
        {
            // Only want of memory does this. Nothing half encrypted may leave.
            Fault ??= "TLS: a record could not be encrypted: " + OpenSsl.TakeError();
        }
    }
}
