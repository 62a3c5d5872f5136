using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;

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

    public void Release() => _bytes.Release();

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
