namespace Weft.Wire.Dns;

/// <summary>Record types that the proxy looks at; others are numbers.</summary>
public enum DnsType : ushort
{
    None = 0,
    A = 1,
    Cname = 5,
    Ptr = 12,
    Txt = 16,
    Aaaa = 28,
    Srv = 33,
    Opt = 41,
    Https = 65,
}
