using System.Globalization;
using Weft.Contracts.Discovery;
using Weft.ControlPlane.Status;

namespace Weft.ControlPlane.Serving;

/// <summary>The server's side of one delta stream (xDS protocol, "Incremental xDS"), without the transport: requests go in, responses come out.
/// One task calls <see cref="Handle"/>, one calls <see cref="Next"/>; changes arrive from anywhere.</summary>
internal sealed class DeltaStream(SubscriptionIndex index, ProxyLedger ledger, ProxyScope scope)
    : IDiscoveryStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DiscoveryKey, Subscription> _subscriptions = [];
    private readonly Dictionary<string, List<DiscoveryResource>> _unacknowledged = [];
    private readonly HashSet<string> _opened = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unanswered = new(StringComparer.Ordinal);
    private readonly PushQueue _queue = new();
    private long _nonce;

    public void Changed(DiscoveryKey key) => _queue.Add(key);

    public void Affected(DiscoveryKey key, long commit) => ledger.Affected(key, commit);

    /// <exception cref="DiscoveryException">The request breaks a rule; the stream must end.</exception>
    public void Handle(DeltaDiscoveryRequest request)
    {
        string type = DiscoveryKey.KnownType(request.TypeUrl)
            ?? throw new DiscoveryException($"The type '{request.TypeUrl}' is not served here; see weft/mesh.proto for those that are.");
        if (request.ResponseNonce.Length > 0)
        {
            Acknowledge(type, request);
        }

        // A subscription is taken whatever the nonce, as the protocol asks: it is about the client's wishes, not about a response.
        foreach (string name in request.ResourceNamesSubscribe)
        {
            Subscribe(new DiscoveryKey(type, name), request.InitialResourceVersions.GetValueOrDefault(name));
        }

        foreach (string name in request.ResourceNamesUnsubscribe)
        {
            Unsubscribe(new DiscoveryKey(type, name));
        }

        // Only now may it be answered, and as a whole: an answer to the first names alone would say that the client is current.
        lock (_lock)
        {
            if (_opened.Add(type))
            {
                _unanswered.Add(type);
            }
        }

        _queue.Add(type, request.ResourceNamesSubscribe);
    }

    /// <summary>The next response that may be sent now, or null.</summary>
    public DeltaDiscoveryResponse? Next()
    {
        while (_queue.TryTake(out string type, out List<string> names))
        {
            // Read before the resources are: the response reflects this commit or a newer one.
            long commit = index.View.Commit;
            var response = new DeltaDiscoveryResponse
            {
                TypeUrl = type,
                SystemVersionInfo = commit.ToString(CultureInfo.InvariantCulture),
            };
            List<DiscoveryResource> sent = Fill(response, type, names);
            if (IsWorthSending(type, sent))
            {
                response.Nonce = (++_nonce).ToString(CultureInfo.InvariantCulture);

                _queue.Sent(type, response.Nonce);
                ledger.Pushed();
                return response;
            }
        }

        return null;
    }

    public Task WaitAsync(CancellationToken stop) => _queue.WaitAsync(stop);

    public void Dispose()
    {
        List<DiscoveryKey> keys;
        lock (_lock)
        {
            keys = [.. _subscriptions.Keys];
            _subscriptions.Clear();
        }

        index.Unsubscribe(this, keys);
        ledger.Dispose();
        _queue.Dispose();
    }

    private void Subscribe(DiscoveryKey key, string? knownVersion)
    {
        if (key.Name.Length is 0 or > DiscoveryLimits.MaxNameLength)
        {
            throw new DiscoveryException($"A resource name has 1 to {DiscoveryLimits.MaxNameLength} characters, not {key.Name.Length}.");
        }

        // The index is asked without our lock: it calls Changed with its own lock held.
        Slot? slot = scope.Allows(key) ? index.Subscribe(this, key) : null;
        lock (_lock)
        {
            if (_subscriptions.Count >= DiscoveryLimits.MaxSubscriptions && !_subscriptions.ContainsKey(key))
            {
                throw new DiscoveryException($"A stream may subscribe to {DiscoveryLimits.MaxSubscriptions} resources, not more.");
            }

            // Subscribing again asks for the resource again, so what was sent before is forgotten.
            _subscriptions[key] = new Subscription(slot) { Known = knownVersion };
            ledger.Subscriptions = _subscriptions.Count;
        }
    }

    private void Unsubscribe(DiscoveryKey key)
    {
        lock (_lock)
        {
            if (!_subscriptions.Remove(key))
            {
                return;
            }

            ledger.Subscriptions = _subscriptions.Count;
        }

        index.Unsubscribe(this, [key]);
        _queue.Remove(key);
        ledger.Forget(key);
    }

    private List<DiscoveryResource> Fill(DeltaDiscoveryResponse response, string type, List<string> names)
    {
        List<DiscoveryResource> sent = [];
        int bytes = 0;
        for (int i = 0; i < names.Count; i++)
        {
            if (bytes >= DiscoveryLimits.ResponseBytes)
            {
                _queue.Add(type, names.Skip(i));
                break;
            }

            if (Take(new DiscoveryKey(type, names[i])) is { } resource)
            {
                sent.Add(resource);
                bytes += resource.Length;
                if (resource.Exists)
                {
                    response.Resources.Add(new Resource { Name = resource.Key.Name, Version = resource.Version, Body = resource.Body });
                }
                else
                {
                    response.RemovedResources.Add(resource.Key.Name);
                }
            }
        }

        return sent;
    }

    /// <summary>The first request of a type is answered even if there is nothing to tell: a client that came back with all it had must learn that it
    /// is current.</summary>
    private bool IsWorthSending(string type, List<DiscoveryResource> sent)
    {
        lock (_lock)
        {
            if (!_unanswered.Remove(type) && sent.Count == 0)
            {
                return false;
            }

            _unacknowledged[type] = sent;
            return true;
        }
    }

    /// <summary>The resource if the client does not have it already.</summary>
    private DiscoveryResource? Take(DiscoveryKey key)
    {
        DiscoveryResource resource;
        lock (_lock)
        {
            if (!_subscriptions.TryGetValue(key, out Subscription? subscription))
            {
                return null;
            }

            resource = subscription.Slot?.Current ?? DiscoveryResource.Create(key, null, index.View.Commit);
            if (!string.Equals(subscription.Known, resource.Version, StringComparison.Ordinal))
            {
                subscription.Known = resource.Version;
                return resource;
            }
        }

        ledger.Confirm(key, resource.Version, resource.Commit);
        return null;
    }

    private void Acknowledge(string type, DeltaDiscoveryRequest request)
    {
        List<DiscoveryResource>? sent;
        lock (_lock)
        {
            _unacknowledged.TryGetValue(type, out sent);
        }

        if (sent is null || !_queue.Acknowledge(type, request.ResponseNonce))
        {
            return;
        }

        if (request.ErrorDetail is { } error)
        {
            RefusalReader.Record(ledger, sent, error.Message);
            return;
        }

        foreach (DiscoveryResource resource in sent)
        {
            ledger.Confirm(resource.Key, resource.Version, resource.Commit);
        }
    }

    /// <param name="slot">Null when the proxy may not see the resource: for it there is none.</param>
    private sealed class Subscription(Slot? slot)
    {
        internal Slot? Slot { get; } = slot;

        /// <summary>The version that the client has or was sent; empty: told that there is none; null: told nothing.</summary>
        internal string? Known { get; set; }
    }
}
