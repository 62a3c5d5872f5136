using Weft.Authority;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Signing;

/// <summary>Keeps the authority's keys in the server's store, which only the server's user may read.</summary>
internal sealed class AuthorityStore(IMetaStore store) : IAuthorityStore
{
    internal const string Table = "authority";

    public byte[]? Read(string name) => store.Get(Table, name);

    public void Write(IReadOnlyDictionary<string, byte[]> values)
        => store.Write([.. values.Select(item => MetaChange.Put(Table, item.Key, item.Value))], null);
}
