namespace Weft.Wire.ProxyProtocol;

/// <summary>Version of a PROXY protocol header (haproxy.org, proxy-protocol.txt).</summary>
public enum ProxyVersion : byte
{
    /// <summary>No header.</summary>
    None,

    /// <summary>One line of text (2.1).</summary>
    V1,

    /// <summary>Binary (2.2).</summary>
    V2,
}
