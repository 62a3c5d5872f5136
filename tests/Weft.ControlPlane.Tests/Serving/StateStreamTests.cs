using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Status;
using Weft.ControlPlane.Tests.Support;
using Weft.Identity;
using Xunit;

namespace Weft.ControlPlane.Tests.Serving;

public sealed class StateStreamTests
{
    private readonly AckLedger _acks = new(TimeProvider.System);
    private readonly SubscriptionIndex _index = new(Workloads.View("", Workloads.Record("cart", "cart-1", "10.0.0.1")));

    [Fact]
    public void A_change_that_comes_before_the_subscription_is_entered_ends_no_stream_and_is_not_lost()
    {
        using StateStream stream = new(_index, _acks.Open("shop/web-1", "shop/web"), new ProxyScope(SpiffeId.Parse("spiffe://weft.local/ns/shop/svc/web")));

        // What the index calls while the stream's first request is still being handled by another thread.
        stream.Changed(new DiscoveryKey(TypeUrls.Endpoints, "shop/cart"));
        Assert.Null(stream.Next());

        DiscoveryRequest request = new() { TypeUrl = TypeUrls.Endpoints };
        request.ResourceNames.Add("shop/cart");
        stream.Handle(request);
        Assert.Single(stream.Next()!.Resources);
    }
}
