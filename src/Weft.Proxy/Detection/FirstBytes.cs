using System.Text;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;
using Weft.Wire;
using Weft.Wire.TlsHello;

namespace Weft.Proxy.Detection;

/// <summary>
/// Reads from a new connection until its first bytes tell what it speaks, its server has spoken, or time is over. The bytes that
/// were read are kept for whoever serves the connection.
/// </summary>
internal sealed class FirstBytes
{
    private readonly Transport _transport;
    private readonly LoopTimer _timer;
    private readonly long _deadlineMs;
    private ByteQueue _bytes;
    private bool _serverSpoke;

    /// <param name="transport">The connection.</param>
    /// <param name="patienceMs">The longest wait.</param>
    public FirstBytes(Transport transport, int patienceMs)
    {
        _transport = transport;
        _deadlineMs = transport.Loop.NowMs + patienceMs;
        _bytes = new ByteQueue(transport.Loop.Pool);
        _timer = new LoopTimer(transport.Loop, OnTimer);
    }

    /// <summary>What was read and not released.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Bytes;

    /// <summary>Whether it ended because time was over.</summary>
    public bool IsExpired { get; private set; }

    /// <summary>Called once when the client has said nothing for the time given to <see cref="DetectAsync"/>.</summary>
    public Action? Quiet { get; set; }

    /// <summary>Ends detection: the server has spoken first.</summary>
    public void ServerSpoke()
    {
        _serverSpoke = true;
        _transport.Readable.Set();
    }

    /// <returns>What was found; <see cref="Detected.Nothing"/> when time was over or the client left without a word.</returns>
    public async ValueTask<Detected> DetectAsync(int quietMs)
    {
        bool atOnce = Quiet is not null && quietMs == 0;
        _timer.Set(Quiet is null || atOnce ? _deadlineMs - _transport.Loop.NowMs : quietMs);
        Detected found = Detected.Nothing;
        while (found == Detected.Nothing && !IsExpired)
        {
            if (_serverSpoke)
            {
                found = Detected.ServerFirst;
                break;
            }

            int received = _transport.TryReceive(_bytes.Reserve(SlabPool.Small));
            if (received > 0)
            {
                _bytes.Commit(received);
                found = ProtocolSniffer.Sniff(_bytes.Bytes);
            }
            else if (received == Transport.WouldBlock)
            {
                _bytes.Consume(0);
                if (atOnce && _bytes.IsEmpty)
                {
                    atOnce = false;
                    Quiet!();
                }

                await _transport.Readable;
            }
            else if (received == 0 && !_bytes.IsEmpty)
            {
                // The client spoke and left: what it said may still be a whole opaque message.
                found = Detected.Tcp;
            }
            else
            {
                break;
            }
        }

        _timer.Remove();
        return found;
    }

    /// <summary>Reads on to the end of the client's TLS hello. The server name is empty when it names none.</summary>
    /// <returns><see cref="ReadStatus.NeedMore"/>: time was over, or the client left without a word. Rejected: it is no TLS hello.</returns>
    public async ValueTask<(ReadStatus Status, string ServerName)> ReadHelloAsync()
    {
        Quiet = null;
        _timer.Set(Math.Max(0, _deadlineMs - _transport.Loop.NowMs));
        ReadStatus status;
        string name = "";
        while ((status = ReadName(ref name)) == ReadStatus.NeedMore && !IsExpired)
        {
            int received = _transport.TryReceive(_bytes.Reserve(SlabPool.Small));
            if (received > 0)
            {
                _bytes.Commit(received);
            }
            else if (received == Transport.WouldBlock)
            {
                _bytes.Consume(0);
                await _transport.Readable;
            }
            else
            {
                status = _bytes.IsEmpty || received < 0 ? ReadStatus.NeedMore : ReadStatus.Rejected;
                break;
            }
        }

        _timer.Remove();
        return (status, name);
    }

    public void Release() => _bytes.Release();

    private ReadStatus ReadName(ref string name)
    {
        ReadStatus status = ClientHelloReader.TryRead(_bytes.Bytes, out ClientHelloView hello);
        if (status == ReadStatus.Done)
        {
            name = Encoding.ASCII.GetString(hello.ServerName);
        }

        return status;
    }

    private void OnTimer()
    {
        long left = _deadlineMs - _transport.Loop.NowMs;
        if (left <= 0)
        {
            IsExpired = true;
            _transport.Readable.Set();
            return;
        }

        _timer.Set(left);
        if (_bytes.IsEmpty)
        {
            Quiet!();
        }
    }
}
