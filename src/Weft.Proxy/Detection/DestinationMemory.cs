using Weft.Primitives.Net;

namespace Weft.Proxy.Detection;

/// <summary>What was found behind the undeclared ports that one loop has seen; it only says how soon to dial, never what to believe.</summary>
internal sealed class DestinationMemory
{
    /// <summary>Destinations remembered. When they are more, all are forgotten and learnt anew: each costs one short wait.</summary>
    public const int Max = 1_024;

    /// <summary>A client of a destination nobody knows that has said nothing for so long probably waits for its server.</summary>
    private const int UnknownMs = 20;

    /// <summary>Clients are known to speak first there: one that is silent keeps a connection for later.</summary>
    private const int ClientFirstMs = 1_000;

    private readonly Dictionary<NetAddress, Detected> _found = [];

    /// <summary>Silence of the client in milliseconds after which its upstream is dialled.</summary>
    public int PatienceMs(NetAddress destination) => Of(destination) switch
    {
        Detected.ServerFirst => 0,
        Detected.Nothing => UnknownMs,
        _ => ClientFirstMs,
    };

    public Detected Of(NetAddress destination) => _found.GetValueOrDefault(destination);

    public void Note(NetAddress destination, Detected found)
    {
        if (_found.Count >= Max && !_found.ContainsKey(destination))
        {
            _found.Clear();
        }

        _found[destination] = found;
    }
}
