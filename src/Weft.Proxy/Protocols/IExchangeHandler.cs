using Weft.Routing;

namespace Weft.Proxy.Protocols;

/// <summary>Serves one exchange whose request head has been received, to its end. Never throws.</summary>
internal interface IExchangeHandler
{
    ValueTask ServeAsync(HttpStream exchange);

    /// <summary>The driver has refused something of its peer's that never became an exchange, or the whole connection.</summary>
    void OnRefused(EndReason reason);
}
