using Weft.Proxy.Buffers;

namespace Weft.Proxy.Paths;

/// <summary>
/// What an attempt has sent of a request's body, kept until an answer begins, so that another attempt can send it again. A body that
/// outgrows the bound can be sent once only.
/// </summary>
internal struct ReplayBody(SlabPool pool)
{
    /// <summary>Bytes kept per exchange at most (limits sheet: replay body).</summary>
    public const int Max = SlabPool.Large;

    private ByteQueue _kept = new(pool);
    private int _sent;
    private bool _keeps;

    /// <summary>Whether everything that was read of the body can be sent again.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Bytes that an earlier attempt has read and this one has yet to send.</summary>
    public readonly ReadOnlySpan<byte> Unsent => _kept.Bytes[_sent..];

    /// <summary>Forgets the exchange before.</summary>
    public void Begin()
    {
        Release();
        IsWhole = true;
    }

    /// <summary>Sends from the beginning again.</summary>
    /// <param name="keeps">Whether what this attempt reads is worth keeping.</param>
    public void BeginAttempt(bool keeps)
    {
        _sent = 0;
        _keeps = keeps && IsWhole;
    }

    /// <summary>That many bytes of <see cref="Unsent"/> were sent.</summary>
    public void OnSent(int count)
    {
        _sent += count;
        ReleaseSent();
    }

    /// <summary>Bytes were read from the client and sent; call it when nothing is <see cref="Unsent"/>.</summary>
    public void OnRead(ReadOnlySpan<byte> data)
    {
        if (_keeps && _kept.Length + data.Length <= Max && _kept.MayReserve(data.Length))
        {
            _kept.Append(data);
            _sent += data.Length;
            return;
        }

        IsWhole = false;
        StopKeeping();
    }

    /// <summary>There will be no other attempt: what has been sent is not needed any more.</summary>
    public void StopKeeping()
    {
        _keeps = false;
        ReleaseSent();
    }

    public void Release()
    {
        _kept.Release();
        _sent = 0;
        _keeps = false;
    }

    private void ReleaseSent()
    {
        if (!_keeps && _sent == _kept.Length && _sent > 0)
        {
            IsWhole = false;
            Release();
        }
    }
}
