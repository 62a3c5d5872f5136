namespace Weft.ControlPlane.Store;

/// <summary>One value of a table. The bytes belong to the caller.</summary>
public sealed record MetaEntry(string Key, byte[] Value);
