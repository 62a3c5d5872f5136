using Weft.Primitives.Http;
using Xunit;

namespace Weft.Primitives.Tests.Http;

public sealed class MessageHeadTests
{
    [Fact]
    public void Fields_are_found_whatever_their_case_and_the_first_that_is_left_wins()
    {
        MessageHead head = new();
        head.AddField("X-One"u8, "1"u8);
        head.AddField("x-one"u8, "2"u8);
        Assert.True(head.TryGetField("X-ONE"u8, out ReadOnlySpan<byte> value));
        Assert.Equal("1"u8, value);
        head.SetField("x-One"u8, "3"u8);
        Assert.True(head.TryGetField("x-one"u8, out value));
        Assert.Equal("3"u8, value);
        head.RemoveField("X-One"u8);
        Assert.False(head.TryGetField("x-one"u8, out _));
    }

    [Fact]
    public void A_released_head_can_be_filled_again()
    {
        MessageHead head = new();
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 200; i++)
            {
                head.AddField("name"u8, new byte[100]);
            }

            Assert.Equal(200, head.FieldCount);
            head.Release();
            Assert.Equal(0, head.FieldCount);
            Assert.True(head.Block.IsEmpty);
        }
    }

    [Theory]
    [InlineData("Host", KnownField.Host)]
    [InlineData("TRANSFER-ENCODING", KnownField.TransferEncoding)]
    [InlineData("content-length", KnownField.ContentLength)]
    [InlineData("X-Weft-Target", KnownField.Weft)]
    [InlineData("x-weft-", KnownField.None)]
    [InlineData("x-weftless", KnownField.None)]
    [InlineData("hosts", KnownField.None)]
    public void Known_names_are_known(string name, KnownField expected)
        => Assert.Equal(expected, KnownFields.Lookup(System.Text.Encoding.ASCII.GetBytes(name)));
}
