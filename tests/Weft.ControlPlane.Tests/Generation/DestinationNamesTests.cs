using Weft.ControlPlane.Generation;
using Xunit;

namespace Weft.ControlPlane.Tests.Generation;

public sealed class DestinationNamesTests
{
    [Theory]
    [InlineData("host/cart@shop", "shop/cart")]
    [InlineData("host/cart.bank@shop", "bank/cart")]
    [InlineData("host/cart.bank.svc@shop", "bank/cart")]
    [InlineData("host/cart.bank.svc.cluster.local@shop", "bank/cart")]
    [InlineData("host/cart.bank.mesh@shop", "bank/cart")]
    [InlineData("host/cart.@shop", "shop/cart")]
    [InlineData("host/cart.bank.svc.cluster.local.@shop", "bank/cart")]
    [InlineData("host/www.example.com@shop", null)]
    [InlineData("host/cart.bank.svc.cluster@shop", null)]
    [InlineData("host/@shop", null)]
    [InlineData("host/cart@", null)]
    [InlineData("host/.bank@shop", null)]
    [InlineData("host/cart..svc@shop", null)]
    [InlineData("address/10.0.0.1", null)]
    [InlineData("cart@shop", null)]
    public void Every_form_of_a_name_means_one_service_and_no_other_form_any(string name, string? service)
        => Assert.Equal(service, DestinationNames.ServiceOf(name)?.ToString());
}
