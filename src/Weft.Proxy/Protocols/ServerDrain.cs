using Weft.Proxy.Overload;

namespace Weft.Proxy.Protocols;

/// <summary>The open downstream connections of one loop, so that all of them can be asked to end in order.</summary>
internal sealed class ServerDrain
{
    private readonly HashSet<object> _open = [];
    private readonly List<IdleConnections> _idle = [];

    public bool IsDraining { get; private set; }

    public int Open => _open.Count;

    /// <summary>How hard the proxy has to protect itself.</summary>
    public LoadLevel Load { get; private set; }

    /// <summary>Whether a connection may serve another exchange after the present one.</summary>
    public bool MayKeepAlive => !IsDraining && Load < LoadLevel.NoKeepAlive;

    /// <summary>New exchanges are answered with 503.</summary>
    public bool IsShedding => Load >= LoadLevel.Shed;

    /// <summary>A connection has begun. One that comes while the others end is served, but told at once to come to its end.</summary>
    public void Enter(object connection)
    {
        _open.Add(connection);
        if (IsDraining && connection is Http2Connection late)
        {
            late.Drain(leaving: true);
        }
    }

    /// <summary>Connections may rest there.</summary>
    public void Add(IdleConnections idle) => _idle.Add(idle);

    /// <summary>How long a connection may rest, when it could rest <paramref name="usualMs"/> in quiet times.</summary>
    public int RestMs(int usualMs) => Load >= LoadLevel.ShortIdle ? usualMs / 10 : usualMs;

    /// <summary>Shortens what rests as the load rises; what began on a lower step ends as this one asks.</summary>
    public void OnLoad(LoadLevel level)
    {
        bool rises = level > Load;
        Load = level;
        if (!rises)
        {
            return;
        }

        _idle.ForEach(static idle => idle.RestLess());
        foreach (object connection in _open.ToArray())
        {
            switch (connection)
            {
                case Http1ServerConnection http1:
                    http1.RestLess();
                    break;
                case Http2Connection http2 when level >= LoadLevel.NoKeepAlive:
                    http2.Drain();
                    break;
                case Http2Connection http2:
                    http2.RestLess(RestMs(http2.IdleMs));
                    break;
                default:
                    break;
            }
        }
    }

    public void Leave(object connection) => _open.Remove(connection);

    /// <summary>No new exchanges from now on: idle connections end at once, busy ones after what they do.</summary>
    public void Begin()
    {
        IsDraining = true;
        _idle.ForEach(static idle => idle.Drain());
        foreach (object connection in _open.ToArray())
        {
            switch (connection)
            {
                case Http1ServerConnection http1:
                    http1.Drain();
                    break;
                case Http2Connection http2:
                    http2.Drain(leaving: true);
                    break;
                default:
                    // Opaque streams end when their peers end them, or at the drain's deadline.
                    break;
            }
        }
    }
}
