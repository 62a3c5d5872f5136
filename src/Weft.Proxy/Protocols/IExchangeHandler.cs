namespace Weft.Proxy.Protocols;

/// <summary>Serves one exchange whose request head has been received, to its end. Never throws.</summary>
internal interface IExchangeHandler
{
    ValueTask ServeAsync(HttpStream exchange);
}
