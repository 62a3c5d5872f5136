namespace Weft.Proxy.Overload;

/// <summary>How a proxy protects itself as descriptors or memory run out: each step includes those below it.</summary>
internal enum LoadLevel
{
    Normal,

    /// <summary>From 80 %: connections may rest a tenth of the usual time.</summary>
    ShortIdle,

    /// <summary>From 90 %: connections end with their present exchanges.</summary>
    NoKeepAlive,

    /// <summary>From 95 %: new requests get 503 with Retry-After.</summary>
    Shed,

    /// <summary>From 100 %: new connections are reset.</summary>
    Refuse,
}
