using System.Text;
using Weft.Contracts.Discovery;
using Weft.Contracts.Mesh;
using Weft.Contracts.Protobuf;
using Weft.Testing;
using Xunit;

namespace Weft.Contracts.Tests.Protobuf;

public sealed class ProtoReaderTests
{
    [Fact]
    public void A_number_longer_than_64_bits_is_refused()
        => Refused("longer than 64 bits", () => Service.Parse([56, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2]));

    [Fact]
    public void A_number_that_does_not_fit_its_32_bit_field_is_refused()
        => Refused("longer than 32 bits", () => Service.Parse([56, 128, 128, 128, 128, 16]));

    [Fact]
    public void A_field_that_reaches_past_its_message_is_refused_without_allocating_its_length()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused("past the end", () => Node.Parse([10, 255, 255, 255, 255, 7]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Field_number_zero_is_refused() => Refused("tag is out of range", () => Node.Parse([2, 0]));

    [Fact]
    public void Text_that_is_not_utf8_is_refused() => Refused("not valid UTF-8", () => Node.Parse([10, 2, 0xc3, 0x28]));

    [Fact]
    [Limit("protobuf from the control plane")]
    public void A_message_of_more_than_4_MiB_is_refused() => Refused("at most 4194304", () => Node.Parse(new byte[ProtoLimits.MaxMessageBytes + 1]));

    [Fact]
    public void Many_empty_elements_are_refused_before_they_fill_the_memory()
    {
        byte[] bytes = new byte[2 * (ProtoLimits.MaxElements + 1)];
        for (int i = 0; i < bytes.Length; i += 2)
        {
            bytes[i] = (2 << 3) | 2;
        }

        Refused("elements", () => Endpoints.Parse(bytes));
    }

    [Fact]
    public void An_unknown_group_is_skipped_with_what_it_holds()
    {
        byte[] bytes = [(100 << 3 & 0x7f) | 3 | 0x80, 100 >> 4, 8, 5, 18, 1, 65, (100 << 3 & 0x7f) | 4 | 0x80, 100 >> 4, 10, 1, 66];
        Assert.Equal("B", Node.Parse(bytes).Id);
    }

    [Fact]
    public void Groups_nested_deeper_than_64_are_refused()
    {
        byte[] bytes = new byte[200];
        Array.Fill(bytes, (byte)((9 << 3) | 3));
        Refused("deeper than 64", () => Node.Parse(bytes));
    }

    [Fact]
    public void A_group_that_ends_another_group_is_refused()
        => Refused("did not begin", () => Node.Parse([(9 << 3) | 3, (10 << 3) | 4]));

    [Fact]
    public void The_place_of_a_fault_counts_from_the_start_of_the_outermost_message()
        => Refused("(byte 9)", () => RouteSet.Parse([10, 1, 65, 18, 4, 10, 1, 66, 10]));

    [Fact]
    public void A_known_field_with_another_wire_type_counts_as_unknown()
        => Assert.Equal(1, Assert.Throws<UnknownFieldException>(() => Service.Parse([8, 1])).FieldNumber);

    [Fact]
    public void A_nested_message_in_pieces_is_merged()
    {
        byte[] bytes = [34, 2, 10, 0, 34, 3, 18, 1, 65];
        Assert.Equal("A", RouteRule.Parse(bytes).Match!.Method);
    }

    [Fact]
    public void Maps_are_written_in_order_of_their_keys()
    {
        Endpoint a = new() { Labels = new(StringComparer.Ordinal) { ["b"] = "2", ["a"] = "1" } };
        Endpoint b = new() { Labels = new(StringComparer.Ordinal) { ["a"] = "1", ["b"] = "2" } };
        Assert.Equal(a.ToBytes(), b.ToBytes());
    }

    [Fact]
    public void Text_with_a_lone_surrogate_cannot_be_written()
        => Assert.Throws<ProtoException>(() => new Node { Id = "\ud800" }.ToBytes());

    [Fact]
    public void A_oneof_keeps_only_the_last_kind()
    {
        Weft.Contracts.Session.ProxyMessage message = new() { Hello = new() { Workload = "a/b" } };
        message.Goodbye = new() { Draining = true };
        Assert.Null(message.Hello);
        Assert.True(Weft.Contracts.Session.ProxyMessage.Parse(message.ToBytes()).Goodbye!.Draining);
    }

    [Fact]
    public void A_resource_survives_its_envelope()
    {
        Service service = new() { Namespace = "shop", Name = "cart", Ports = { new Port { Number = 8080, Protocol = Protocol.Http1 } } };
        DeltaDiscoveryResponse response = new()
        {
            SystemVersionInfo = "7",
            TypeUrl = TypeUrls.Service,
            Nonce = "n",
            Resources = { new Resource { Name = "shop/cart", Version = "7", Body = new AnyMessage(TypeUrls.Service, service.ToBytes()) } },
        };
        DeltaDiscoveryResponse again = DeltaDiscoveryResponse.Parse(response.ToBytes());
        Assert.Equal(8080u, Service.Parse(again.Resources[0].Body!.Value).Ports[0].Number);
    }

    private static void Refused(string part, Action read)
        => Assert.Contains(part, Assert.ThrowsAny<ProtoException>(read).Message, StringComparison.Ordinal);
}
