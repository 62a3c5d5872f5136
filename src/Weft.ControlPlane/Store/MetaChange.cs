namespace Weft.ControlPlane.Store;

/// <summary>One change of the key-value tables; a null value deletes.</summary>
public sealed record MetaChange(string Table, string Key, byte[]? Value)
{
    public static MetaChange Put(string table, string key, byte[] value) => new(table, key, value);

    public static MetaChange Delete(string table, string key) => new(table, key, null);
}
