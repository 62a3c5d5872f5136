using Weft.Primitives.Http;
using Weft.Wire.Http2.Hpack;
using Xunit;

namespace Weft.Wire.Tests.Http2.Hpack;

/// <summary>The examples of RFC 7541, appendix C.</summary>
public sealed class AppendixCTests
{
    private const string FirstRequest = "GET http www.example.com / ";
    private const string SecondRequest = "GET http www.example.com / cache-control: no-cache";
    private const string ThirdRequest = "GET https www.example.com /index.html custom-key: custom-value";
    private const string Dates = "cache-control: private|date: Mon, 21 Oct 2013 20:13:21 GMT|location: https://www.example.com";

    [Theory]
    [InlineData("0A", 5, 10)]
    [InlineData("1F9A0A", 5, 1337)]
    [InlineData("2A", 8, 42)]
    public void C_1_integers(string hex, int prefix, int value)
    {
        int at = 0;
        Assert.True(HpackInteger.TryRead(Text.Hex(hex), ref at, prefix, out int read));
        Assert.Equal((value, hex.Length / 2), (read, at));
        byte[] output = new byte[8];
        at = 0;
        Assert.True(HpackInteger.TryWrite(output, ref at, 0, prefix, value));
        Assert.Equal(Convert.ToHexString(output.AsSpan(1, at - 1)), hex[2..]);
    }

    [Theory]
    [InlineData("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key: custom-header", 55)]
    [InlineData("100870617373776f726406736563726574", "password: secret", 0)]
    public void C_2_literals(string hex, string fields, int tableSize)
    {
        HpackDecoder decoder = new();
        MessageHead head = new();
        Assert.Equal(HpackFault.None, decoder.Decode(Text.Hex(hex), head, HeadLimits.Default, isRequest: true, isTrailers: true));
        Assert.Equal((fields, tableSize), (Text.Fields(head), decoder.TableSize));
    }

    [Fact]
    public void C_3_requests_without_huffman() => Requests(
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65");

    [Fact]
    public void C_4_requests_with_huffman() => Requests(
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf");

    [Fact]
    public void C_5_responses_without_huffman_and_with_eviction() => Responses(
        "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "4803 3330 37c1 c0bf",
        "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31");

    [Fact]
    public void C_6_responses_with_huffman_and_with_eviction() => Responses(
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
        "4883 640e ffc1 c0bf",
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07");

    private static void Requests(string first, string second, string third)
    {
        HpackDecoder decoder = new();
        MessageHead head = new();
        foreach ((string hex, string expected, int size) in new[] { (first, FirstRequest, 57), (second, SecondRequest, 110), (third, ThirdRequest, 164) })
        {
            Assert.Equal(HpackFault.None, decoder.Decode(Text.Hex(hex), head, HeadLimits.Default, isRequest: true, isTrailers: false));
            string line = string.Join(' ', Text.Of(head, head.Method), Text.Of(head, head.Scheme), Text.Of(head, head.Authority), Text.Of(head, head.Path));
            Assert.Equal((expected, size), ($"{line} {Text.Fields(head)}", decoder.TableSize));
        }
    }

    private static void Responses(string first, string second, string third)
    {
        HpackDecoder decoder = new(256);
        MessageHead head = new();
        string last = Dates.Replace(":21 GMT", ":22 GMT", StringComparison.Ordinal)
            + "|content-encoding: gzip|set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
        foreach ((string hex, string expected, int size) in new[] { (first, $"302 {Dates}", 222), (second, $"307 {Dates}", 222), (third, $"200 {last}", 215) })
        {
            Assert.Equal(HpackFault.None, decoder.Decode(Text.Hex(hex), head, HeadLimits.Default, isRequest: false, isTrailers: false));
            Assert.Equal((expected, size), ($"{head.Status} {Text.Fields(head)}", decoder.TableSize));
        }
    }
}
