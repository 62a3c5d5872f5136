using System.Text;
using Weft.Primitives.Net;
using Weft.Proxy.Flows;
using Xunit;

namespace Weft.Proxy.Tests.Flows;

public class AddressTextsTests
{
    /// <summary>More addresses than places, in an order that makes them push each other out and come back.</summary>
    [Fact]
    public void Every_address_is_spelled_as_it_spells_itself_however_often_and_in_whatever_order()
    {
        Random random = new(7);
        NetAddress[] addresses =
        [
            .. Enumerable.Range(0, 300).Select(_ => NetAddress.V4((uint)random.NextInt64(1L << 32), (ushort)random.Next(1 << 16))),
            .. Enumerable.Range(0, 100).Select(_ => NetAddress.V6(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()), (ushort)random.Next(1 << 16))),
            NetAddress.V4(0, 0), NetAddress.V4(uint.MaxValue, ushort.MaxValue), NetAddress.V6(UInt128.One, 1), NetAddress.V6(UInt128.MaxValue, ushort.MaxValue),
            NetAddress.Unix("/run/app.sock"), NetAddress.Unix("/" + new string('p', 106)),
        ];
        AddressTexts texts = new();
        for (int i = 0; i < 10_000; i++)
        {
            NetAddress address = addresses[random.Next(addresses.Length)];
            Assert.Equal(address.ToString(), Encoding.UTF8.GetString(texts.Spell(address)));
        }
    }

    [Fact]
    public void No_address_has_no_text() => Assert.True(new AddressTexts().Spell(default).IsEmpty);

    [Fact]
    public void Known_addresses_are_spelled_without_allocation()
    {
        AddressTexts texts = new();
        NetAddress four = NetAddress.V4(0x7f000001, 9001);
        NetAddress six = NetAddress.V6(UInt128.One, 9002);
        long Spell()
        {
            int length = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                length += texts.Spell(four).Length + texts.Spell(six).Length;
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(length > 0);
            return allocated;
        }

        Spell();
        Assert.Equal(0, Spell());
    }
}
