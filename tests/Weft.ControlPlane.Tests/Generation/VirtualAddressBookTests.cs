using System.Net;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Tests.Support;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Generation;

public sealed class VirtualAddressBookTests
{
    private readonly MemoryMetaStore _store = new();

    [Fact]
    public void Addresses_are_unique_lie_in_the_range_and_survive_a_restart()
    {
        HashSet<NamespacedName> names = [.. Enumerable.Range(0, 3_000).Select(i => new NamespacedName("shop", $"s{i}"))];
        IReadOnlyDictionary<NamespacedName, string> addresses = new VirtualAddressBook(_store).Ensure(names);
        Assert.Equal(names.Count, addresses.Values.Distinct().Count());
        Assert.All(addresses.Values, address => Assert.True(IPNetwork.Parse("240.77.0.0/16").Contains(IPAddress.Parse(address))));
        IReadOnlyDictionary<NamespacedName, string> again = new VirtualAddressBook(_store).Ensure(names);
        Assert.All(names, name => Assert.Equal(addresses[name], again[name]));
    }

    [Fact]
    public void A_service_that_went_away_keeps_its_address_for_its_return()
    {
        var book = new VirtualAddressBook(_store);
        var cart = new NamespacedName("shop", "cart");
        string address = book.Ensure(new HashSet<NamespacedName> { cart })[cart];
        book.Ensure(new HashSet<NamespacedName> { new("shop", "web") });
        Assert.Equal(address, book.Ensure(new HashSet<NamespacedName> { cart })[cart]);
    }
}
