using Weft.Primitives.Net;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Routing;

namespace Weft.Proxy.Listening;

/// <summary>How a listener treats who comes.</summary>
internal sealed record FrontendSettings
{
    /// <summary>Given: clients speak TLS. It gives the present context, or null while there is no certificate, which refuses.</summary>
    public Func<TlsContext?>? Tls { get; init; }

    /// <summary>Judges a verified peer's names after the handshake; null accepts every peer that the context accepts.</summary>
    public Func<PeerNames, bool>? VerifyPeer { get; init; }

    /// <summary>
    /// Given: connections from addresses for which it says so must begin with a PROXY protocol header, whose addresses count then. Only for trusted proxies.
    /// </summary>
    public Func<NetAddress, bool>? TakesProxyHeader { get; init; }

    /// <summary>Somebody wants to know which address clients connected to.</summary>
    public bool ReadsLocalAddress { get; init; }

    /// <summary>
    /// Given: opaque streams of an arrival for which it gives a judge go by the server name of the client's own TLS, and the judge says whether
    /// a name (empty: none, or no TLS) leads anywhere. The bytes stay as they are.
    /// </summary>
    public Func<Arrival, Func<string, bool>?>? ServerNamesOf { get; init; }

    /// <summary>Clients were redirected here: ask the kernel where they meant to go.</summary>
    public bool ReadsOriginalDestination { get; init; }

    /// <summary>The protocol to expect from this arrival; may wait for configuration.</summary>
    public required Func<Arrival, ValueTask<ListenProtocol>> Admit { get; init; }

    /// <summary>Why the arrival is closed at once, asked after <see cref="Admit"/>; <see cref="EndReason.Ok"/> when it is not.</summary>
    public Func<Arrival, EndReason>? Refuses { get; init; }

    /// <summary>Whether first bytes that are no HTTP make an opaque stream; else such a connection is refused.</summary>
    public bool TakesOpaque { get; init; } = true;

    /// <summary>
    /// Whether a silent client's upstream may be dialled before it is known what the client speaks, so that a server that speaks first is
    /// heard. Never where a policy or route for HTTP applies. Null: it may not.
    /// </summary>
    public Func<Arrival, bool>? MayDialFirst { get; init; }

    public required Func<Arrival, IExchangeHandler> MakeHandler { get; init; }

    public ConnectionLimits Limits { get; init; } = ConnectionLimits.Default;
}
