using Weft.Primitives.Net;
using Weft.Proxy.Discovery;
using Weft.Proxy.Engine;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Names;

/// <summary>Host names as the snapshot knows them, learnt on demand.</summary>
internal sealed class MeshNames(EventLoop control, ConfigStore config, string ownNamespace) : IMeshNames
{
    public void Ask(string name, Action<Lookup, NetAddress?> answer)
    {
        config.Ask(Question.Host(name, ownNamespace), control.NowMs, lookup =>
        {
            NetAddress? address = lookup == Lookup.Found && config.Snapshot.TryResolveHost(name, out DestinationView? destination)
                ? destination.VirtualAddress
                : null;
            answer(lookup, address);
        });
    }
}
