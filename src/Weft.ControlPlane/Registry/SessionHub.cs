using System.Collections.Concurrent;
using Weft.ControlPlane.Api;
using Weft.Model;

namespace Weft.ControlPlane.Registry;

/// <summary>The open session streams by workload, and the commands that go over them.</summary>
internal sealed class SessionHub(TimeProvider time) : IProxyCommands
{
    private static readonly TimeSpan CommandWait = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<NamespacedName, ProxyConnection> _connections = new();

    public IReadOnlyList<string> Verbs { get; } = ["drain", "dump", "renew", "log-level"];

    internal int Count => _connections.Count;

    /// <summary>Open sessions, in no order.</summary>
    internal IEnumerable<ProxyConnection> Connections => _connections.Values;

    /// <summary>Workloads whose proxies are connected.</summary>
    internal IEnumerable<NamespacedName> Connected() => _connections.Keys;

    public async ValueTask<ProxyCommandOutcome> SendAsync(
        string ns, string workload, string verb, IReadOnlyDictionary<string, string> arguments, CancellationToken stop)
        => _connections.TryGetValue(new NamespacedName(ns, workload), out ProxyConnection? connection)
            ? await connection.CommandAsync(verb, arguments, CommandWait, time, stop)
            : new ProxyCommandOutcome(ProxyCommandResult.NotConnected, $"No proxy of the workload {ns}/{workload} is connected.");

    internal void Add(ProxyConnection connection) => _connections[connection.Session.Workload] = connection;

    /// <summary>Removes the connection unless a newer one of the same workload has replaced it.</summary>
    internal void Remove(ProxyConnection connection)
        => _connections.TryRemove(new KeyValuePair<NamespacedName, ProxyConnection>(connection.Session.Workload, connection));

    internal ProxyFigures? FiguresOf(NamespacedName workload) => _connections.GetValueOrDefault(workload)?.Figures;
}
