namespace Weft.Proxy.Security;

/// <summary>What a TLS context is made of. Everything is PEM in memory; files are read by whoever has them.</summary>
internal sealed record TlsSettings
{
    public required bool IsServer { get; init; }

    /// <summary>Leaf first, then intermediates; null for a client that shows no certificate.</summary>
    public string? ChainPem { get; init; }

    public string? KeyPem { get; init; }

    /// <summary>Roots that the peer's chain must end in; null: a server asks for no certificate. A client always verifies.</summary>
    public string? TrustPem { get; init; }

    /// <summary>
    /// A client that verifies nobody: only to look at what a server shows. Nothing may be sent over such a connection.
    /// </summary>
    public bool TrustsAnyone { get; init; }

    /// <summary>Protocols for ALPN in order of preference: "h2", "http/1.1".</summary>
    public IReadOnlyList<string> Alpn { get; init; } = [];

    /// <summary>Tells how long a verified chain holds.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>TLS 1.3 alone, as between proxies; otherwise 1.2 is accepted too.</summary>
    public bool OnlyTls13 { get; init; } = true;
}
