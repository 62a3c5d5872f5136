namespace Weft.ControlPlane.Store;

/// <summary>The store could not do what was asked: disk full, file gone, not readable. Nothing was changed.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
