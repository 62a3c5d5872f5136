using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;

namespace Weft.Proxy.Overload;

/// <summary>Keeps one loop on the step of the ladder that the pressure on the process asks for. It looks at every accept, and by the clock while connections are open.</summary>
internal sealed class OverloadLadder
{
    private const int LookEveryMs = 1_000;

    private readonly EventLoop _loop;
    private readonly ServerDrain _drain;
    private readonly Func<double> _pressure;
    private readonly LoopTimer _timer;
    private int _level;

    /// <param name="loop">The loop that it belongs to.</param>
    /// <param name="drain">The loop's connections, which are told.</param>
    /// <param name="pressure">The fraction in use of whatever is scarcest; 1 is all of it.</param>
    public OverloadLadder(EventLoop loop, ServerDrain drain, Func<double> pressure)
    {
        _loop = loop;
        _drain = drain;
        _pressure = pressure;
        _timer = new LoopTimer(loop, () => Look());
    }

    /// <summary>The present step. Any thread.</summary>
    public LoadLevel Level => (LoadLevel)Volatile.Read(ref _level);

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
}
