using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;

namespace Weft.Proxy.Overload;

/// <summary>
/// Keeps one loop on the step of the ladder that the pressure on the process asks for. It looks at every accept, when buffers grow, and by the clock while connections are open.
/// </summary>
internal sealed class OverloadLadder
{
    private const int LookEveryMs = 1_000;

    /// <summary>
    /// What a new connection is taken to need until memory is measured again: its objects, those of its handshake, and its first buffers. One turn of a loop can accept hundreds.
    /// </summary>
    private const int ConnectionBytes = 24 * 1024;

    private readonly EventLoop _loop;
    private readonly ServerDrain _drain;
    private readonly Func<double> _pressure;
    private readonly LoopTimer _timer;
    private readonly Action _look;
    private int _level;
    private bool _looksSoon;

    /// <param name="loop">The loop that it belongs to.</param>
    /// <param name="drain">The loop's connections, which are told.</param>
    /// <param name="pressure">The fraction in use of whatever is scarcest; 1 is all of it.</param>
    public OverloadLadder(EventLoop loop, ServerDrain drain, Func<double> pressure)
    {
        _loop = loop;
        _drain = drain;
        _pressure = pressure;
        _timer = new LoopTimer(loop, () => Look());
        _look = LookNow;
        loop.Pool.Grew = LookSoon;
    }

    /// <summary>The present step. Any thread.</summary>
    public LoadLevel Level => (LoadLevel)Volatile.Read(ref _level);

    /// <summary>Looks before a new connection is taken; false when there is no room for it.</summary>
    public bool Admits()
    {
        if (Look() == LoadLevel.Refuse)
        {
            return false;
        }

        _loop.Pool.Budget?.Take(ConnectionBytes);
        return true;
    }

    public LoadLevel Look()
    {
        LoadLevel level = _pressure() switch
        {
            >= 1 => LoadLevel.Refuse,
            >= 0.95 => LoadLevel.Shed,
            >= 0.9 => LoadLevel.NoKeepAlive,
            >= 0.8 => LoadLevel.ShortIdle,
            _ => LoadLevel.Normal,
        };
        if (level != Level)
        {
            Volatile.Write(ref _level, (int)level);
            _drain.OnLoad(level);
        }

        if (!_timer.IsSet && (level != LoadLevel.Normal || _drain.Open > 0))
        {
            _timer.Set(LookEveryMs);
        }

        return level;
    }

    /// <summary>Later in this turn: whoever makes a buffer now is in the middle of something, and a step of the ladder reaches into every connection.</summary>
    private void LookSoon()
    {
        if (!_looksSoon)
        {
            _looksSoon = true;
            _loop.Ready(_look);
        }
    }

    private void LookNow()
    {
        _looksSoon = false;
        Look();
    }
}
