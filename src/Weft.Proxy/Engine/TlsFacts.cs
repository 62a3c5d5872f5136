using System.Globalization;

namespace Weft.Proxy.Engine;

/// <summary>How one connection is protected, as numbers that cost nothing to keep.</summary>
/// <param name="Version">Of the record protocol, 0x0304 for TLS 1.3; 0: plain.</param>
/// <param name="Cipher">Number of the suite (IANA registry "TLS Cipher Suites").</param>
/// <param name="IsResumed">Whether the session was resumed.</param>
internal readonly record struct TlsFacts(ushort Version, ushort Cipher, bool IsResumed)
{
    public bool IsPlain => Version == 0;

    /// <summary>"1.3"; empty in plain.</summary>
    public string VersionText => Version switch
    {
        0 => "",
        0x0303 => "1.2",
        0x0304 => "1.3",
        _ => Version.ToString("x4", CultureInfo.InvariantCulture),
    };

    /// <summary>The suite's registered name; its number when it is none of those that are still in use.</summary>
    public string CipherText => Cipher switch
    {
        0 => "",
        0x1301 => "TLS_AES_128_GCM_SHA256",
        0x1302 => "TLS_AES_256_GCM_SHA384",
        0x1303 => "TLS_CHACHA20_POLY1305_SHA256",
        0xC02B => "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        0xC02C => "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        0xC02F => "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        0xC030 => "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        0xCCA8 => "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        0xCCA9 => "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        _ => "0x" + Cipher.ToString("X4", CultureInfo.InvariantCulture),
    };
}
