namespace Weft.Proxy.Protocols;

/// <summary>The open downstream connections of one loop, so that all of them can be asked to end in order.</summary>
internal sealed class ServerDrain
{
    private readonly HashSet<object> _open = [];
    private readonly List<IdleConnections> _idle = [];

    public bool IsDraining { get; private set; }

    public int Open => _open.Count;

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
