using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Weft.Contracts.Discovery;
using Weft.ControlPlane.Status;

namespace Weft.ControlPlane.Serving;

/// <summary>The server's side of one state-of-the-world stream (xDS protocol): each response holds everything that is subscribed to of one type.
/// The same resources as over delta, for clients that speak only this.</summary>
internal sealed class StateStream(SubscriptionIndex index, ProxyLedger ledger, ProxyScope scope) : IDiscoveryStream<DiscoveryRequest, DiscoveryResponse>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TypeState> _types = [];
    private readonly PushQueue _queue = new();
    private long _nonce;

    public void Changed(DiscoveryKey key) => _queue.Add(key);

    public void Affected(DiscoveryKey key, long commit) => ledger.Affected(key, commit);

    /// <exception cref="DiscoveryException">The request breaks a rule; the stream must end.</exception>
    public void Handle(DiscoveryRequest request)
    {
        string type = DiscoveryKey.KnownType(request.TypeUrl)
            ?? throw new DiscoveryException($"The type '{request.TypeUrl}' is not served here; see weft/mesh.proto for those that are.");
        if (request.ResponseNonce.Length > 0 && !Acknowledge(type, request))
        {
            // An answer to a response that a newer one has replaced; what it wishes for is wished for again in the answer to the newer one.
            return;
        }

        Subscribe(type, request.ResourceNames);
    }

    public DiscoveryResponse? Next()
    {
        while (_queue.TryTake(out string type, out _))
        {
            DiscoveryResource[] all;
            TypeState? state;
            lock (_lock)
            {
                // A change can come between the first subscription to a type and its entry here; the subscription itself is queued after the entry.
                if (!_types.TryGetValue(type, out state))
                {
                    continue;
                }

                all = [.. state.Slots.Values.Select(slot => slot.Current).OrderBy(resource => resource.Key.Name, StringComparer.Ordinal)];
            }

            string version = VersionOf(all);
            if (string.Equals(version, state.Version, StringComparison.Ordinal))
            {
                Confirm(all);
                continue;
            }

            state.Version = version;
            state.Sent = [.. all];
            var response = new DiscoveryResponse { TypeUrl = type, VersionInfo = version, Nonce = (++_nonce).ToString(CultureInfo.InvariantCulture) };
            response.Resources.AddRange(all.Where(resource => resource.Exists).Select(resource => resource.Body!));
            _queue.Sent(type, response.Nonce);
            ledger.Pushed();
            return response;
        }

        return null;
    }

    public Task WaitAsync(CancellationToken stop) => _queue.WaitAsync(stop);

    public void Dispose()
    {
        List<DiscoveryKey> keys;
        lock (_lock)
        {
            keys = [.. _types.Values.SelectMany(state => state.Slots.Keys)];
        }

        index.Unsubscribe(this, keys);
        ledger.Dispose();
        _queue.Dispose();
    }

    private void Subscribe(string type, List<string> names)
    {
        HashSet<DiscoveryKey> wanted = [];
        foreach (string name in names)
        {
            if (name.Length is 0 or > DiscoveryLimits.MaxNameLength)
            {
                throw new DiscoveryException($"A resource name has 1 to {DiscoveryLimits.MaxNameLength} characters, not {name.Length}.");
            }

            var key = new DiscoveryKey(type, name);
            if (scope.Allows(key))
            {
                wanted.Add(key);
            }
        }

        if (wanted.Count > DiscoveryLimits.MaxSubscriptions)
        {
            throw new DiscoveryException($"A stream may subscribe to {DiscoveryLimits.MaxSubscriptions} resources, not more.");
        }

        Apply(type, wanted);
    }

    private void Apply(string type, HashSet<DiscoveryKey> wanted)
    {
        DiscoveryKey[] before;
        bool first;
        lock (_lock)
        {
            first = !_types.ContainsKey(type);
            before = first ? [] : [.. _types[type].Slots.Keys];
        }

        DiscoveryKey[] gone = [.. before.Where(key => !wanted.Contains(key))];
        DiscoveryKey[] fresh = [.. wanted.Where(key => !before.Contains(key))];
        List<Slot> slots = [.. fresh.Select(key => index.Subscribe(this, key))];
        index.Unsubscribe(this, gone);
        lock (_lock)
        {
            TypeState state = first ? _types[type] = new TypeState() : _types[type];
            foreach (DiscoveryKey key in gone)
            {
                state.Slots.Remove(key);
            }

            foreach (Slot slot in slots)
            {
                state.Slots[slot.Key] = slot;
            }

            ledger.Subscriptions = _types.Values.Sum(item => item.Slots.Count);
        }

        foreach (DiscoveryKey key in gone)
        {
            ledger.Forget(key);
        }

        if (first || gone.Length > 0 || fresh.Length > 0)
        {
            // Any name will do: a response always holds the whole type.
            _queue.Add(new DiscoveryKey(type, ""));
        }
    }

    private bool Acknowledge(string type, DiscoveryRequest request)
    {
        TypeState? state;
        lock (_lock)
        {
            _types.TryGetValue(type, out state);
        }

        if (state is null || !_queue.Acknowledge(type, request.ResponseNonce))
        {
            return false;
        }

        if (request.ErrorDetail is { } error)
        {
            RefusalReader.Record(ledger, state.Sent, error.Message);
        }
        else
        {
            Confirm(state.Sent);
        }

        return true;
    }

    private void Confirm(IEnumerable<DiscoveryResource> resources)
    {
        foreach (DiscoveryResource resource in resources)
        {
            ledger.Confirm(resource.Key, resource.Version, resource.Commit);
        }
    }

    private static string VersionOf(DiscoveryResource[] resources)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (DiscoveryResource resource in resources)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(resource.Key.Name + "\0" + resource.Version + "\0"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
    }

    private sealed class TypeState
    {
        internal Dictionary<DiscoveryKey, Slot> Slots { get; } = [];

        internal List<DiscoveryResource> Sent { get; set; } = [];

        internal string Version { get; set; } = "";
    }
}
