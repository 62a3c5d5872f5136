using Weft.Proxy.Protocols;
using Weft.Routing;

namespace Weft.Proxy.Tests.Testing;

/// <summary>Gives up every exchange; for tests of what comes before one.</summary>
internal sealed class IgnoringHandler : IExchangeHandler
{
    /// <summary>What the driver refused.</summary>
    public List<EndReason> Refused { get; } = [];

    public ValueTask ServeAsync(HttpStream exchange)
    {
        exchange.Abort(StreamFault.OtherSideGone);
        return default;
    }

    public void OnRefused(EndReason reason) => Refused.Add(reason);
}
