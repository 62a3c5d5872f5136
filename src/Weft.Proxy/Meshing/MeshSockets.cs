using Weft.Contracts.Session;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.Names;
using Weft.Proxy.Upgrading;

namespace Weft.Proxy.Meshing;

/// <summary>Binds what a mesh proxy listens on, for all workers at once, so that a taken port fails the start.</summary>
internal sealed class MeshSockets
{
    private readonly RunSettings _settings;
    private readonly SocketFactory _sockets;
    private readonly HeldSockets _held;
    private readonly List<MeshSocket>[] _ofWorkers;

    private MeshSockets(RunSettings settings, HeldSockets held)
    {
        _settings = settings;
        _sockets = new SocketFactory(settings.Mark);
        _held = held;
        _ofWorkers = [.. Enumerable.Range(0, settings.Workers).Select(static _ => new List<MeshSocket>())];
    }

    /// <summary>Opens them, or takes those that were given; the sockets of each worker.</summary>
    /// <exception cref="UsageException">An address cannot be bound.</exception>
    public static IReadOnlyList<IReadOnlyList<MeshSocket>> Open(RunSettings settings, HeldSockets held)
    {
        MeshSockets all = new(settings, held);
        all.Bind("--outbound", settings.Outbound, Direction.Outbound, static f => f.Outbound);
        all.Bind("--inbound", settings.Inbound, Direction.Inbound, static f => f.Inbound);
        all.Bind("--tunnel", settings.Tunnel, Direction.Inbound, static f => f.Tunnel);
        foreach (ExplicitDestination destination in settings.Destinations)
        {
            all.Bind("--to", destination.Listen, Direction.Outbound, f => f.Explicit(destination, ListenProtocol.Auto));
        }

        return all._ofWorkers;
    }

    private void Bind(string option, NetAddress? address, Direction direction, Func<MeshFrontends, Frontend> frontend)
    {
        if (address is not { } listen)
        {
            return;
        }

        BindOne(option, listen, onlyV6: false, direction, frontend);
        if (_settings.Transparent && Ipv6.TwinOf(listen) is { } twin && Ipv6.IsHere)
        {
            BindOne(option, twin, onlyV6: true, direction, frontend);
        }
    }

    private void BindOne(string option, NetAddress listen, bool onlyV6, Direction direction, Func<MeshFrontends, Frontend> frontend)
    {
        int[][]? descriptors = WorkerSockets.Open(_sockets, _held, listen, _settings.Workers, out string? fault, onlyV6);
        if (descriptors is null)
        {
            string hint = _settings.Mark != 0 && fault!.Contains("not permitted", StringComparison.Ordinal)
                ? "; --mark needs the capability CAP_NET_ADMIN, --mark 0x0 sets none"
                : "; is the port taken, or the address not of this host?";
            throw new UsageException($"option {option}: {listen} cannot be listened on: {fault}{hint}", ExitCodes.Unavailable);
        }

        ListenerGroup group = new(_settings.Workers);
        for (int i = 0; i < descriptors.Length; i++)
        {
            _ofWorkers[i].Add(new MeshSocket(descriptors[i], group, direction, frontend));
        }
    }
}
