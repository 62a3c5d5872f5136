using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Weft.ControlPlane.Store;
using Weft.Model;

namespace Weft.ControlPlane.Generation;

/// <summary>Gives each service an address of 240.77.0.0/16 and remembers it: applications and resolvers keep addresses for long, so one that was given
/// is not given to another while there are others.</summary>
internal sealed class VirtualAddressBook
{
    internal const string Table = "virtual-addresses";
    internal const int Capacity = 65_534;
    private const uint Network = 0xF04D0000;

    private readonly IMetaStore _store;
    private readonly Dictionary<NamespacedName, string> _addresses = [];
    private readonly Dictionary<string, NamespacedName> _owners = new(StringComparer.Ordinal);

    internal VirtualAddressBook(IMetaStore store)
    {
        _store = store;
        foreach (MetaEntry entry in store.List(Table))
        {
            string address = Encoding.ASCII.GetString(entry.Value);
            int slash = entry.Key.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0 && IPAddress.TryParse(address, out _))
            {
                var name = new NamespacedName(entry.Key[..slash], entry.Key[(slash + 1)..]);
                _addresses[name] = address;
                _owners[address] = name;
            }
        }
    }

    /// <summary>The addresses of all services in the book, those of <paramref name="services"/> among them: durable before anybody hears of them.
    /// A service for which there is no room has none and is reached by the addresses of its workloads.</summary>
    internal IReadOnlyDictionary<NamespacedName, string> Ensure(IReadOnlySet<NamespacedName> services)
    {
        List<MetaChange> changes = [];
        foreach (NamespacedName service in services.Where(service => !_addresses.ContainsKey(service)).Order(NameOrder))
        {
            if (_addresses.Count >= Capacity && !Evict(services, changes))
            {
                break;
            }

            string address = FindFree(service);
            _addresses.Add(service, address);
            _owners.Add(address, service);
            changes.Add(MetaChange.Put(Table, service.ToString(), Encoding.ASCII.GetBytes(address)));
        }

        if (changes.Count > 0)
        {
            _store.Write(changes, null);
        }

        return _addresses;
    }

    private static Comparer<NamespacedName> NameOrder { get; } =
        Comparer<NamespacedName>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));

    /// <summary>Starts where the hash of the name points, so that a lost book is refilled with mostly the same addresses.</summary>
    private string FindFree(NamespacedName service)
    {
        uint start = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(service.ToString()))) % Capacity;
        for (uint i = 0; ; i++)
        {
            // Host parts 1 to 65,534: neither the network's own address nor the broadcast one.
            string address = Format(Network + 1 + ((start + i) % Capacity));
            if (!_owners.ContainsKey(address))
            {
                return address;
            }
        }
    }

    private bool Evict(IReadOnlySet<NamespacedName> services, List<MetaChange> changes)
    {
        foreach ((NamespacedName name, string address) in _addresses)
        {
            if (!services.Contains(name))
            {
                _addresses.Remove(name);
                _owners.Remove(address);
                changes.Add(MetaChange.Delete(Table, name.ToString()));
                return true;
            }
        }

        return false;
    }

    private static string Format(uint address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes).ToString();
    }
}
