using CsCheck;
using Weft.Primitives.Net;
using Weft.Wire.ProxyProtocol;
using Weft.Wire.Tests.Twins;
using Xunit;

namespace Weft.Wire.Tests.ProxyProtocol;

public sealed class ProxyHeaderTests
{
    private static readonly Gen<NetAddress> V4 = Gen.Select(Gen.UInt, Gen.UShort).Select((bits, port) => NetAddress.V4(bits, port));

    private static readonly Gen<NetAddress> V6 =
        Gen.Select(Gen.ULong, Gen.OneOf(Gen.ULong, Gen.Const(0UL)), Gen.UShort).Select((high, low, port) => NetAddress.V6(new UInt128(high, low), port));

    private static readonly Gen<(NetAddress Source, NetAddress Destination)> Pairs =
        Gen.OneOf(Gen.Select(V4, V4), Gen.Select(V6, V6)).Select((a, b) => (a, b));

    [Fact]
    public void What_is_written_is_read_and_nothing_after_it()
        => Gen.Select(Pairs, Gen.Enum<ProxyVersion>().Where(version => version != ProxyVersion.None), Gen.Byte.Array[0, 8]).Sample((pair, version, rest) =>
        {
            byte[] bytes = new byte[ProxyHeaderWriter.Max + rest.Length];
            int length = ProxyHeaderWriter.Write(version, pair.Source, pair.Destination, bytes);
            rest.CopyTo(bytes, length);
            Assert.Equal(ReadStatus.Done, ProxyHeaderReader.TryRead(bytes.AsSpan(0, length + rest.Length), out ProxyHeader header, out _));
            Assert.Equal(new ProxyHeader(version, false, pair.Source, pair.Destination, length), header);
            Assert.True(ProxyHeaderOracle.Check(bytes[..(length + rest.Length)]));
        });

    [Theory]
    [InlineData(ProxyVersion.V1, "PROXY UNKNOWN\r\n")]
    [InlineData(ProxyVersion.V2, "\r\n\r\n\0\r\nQUIT\n\u0021\0\0\0")]
    public void Addresses_that_do_not_belong_together_are_written_as_unknown(ProxyVersion version, string expected)
    {
        byte[] bytes = new byte[ProxyHeaderWriter.Max];
        int length = ProxyHeaderWriter.Write(version, NetAddress.Unix("/x"), NetAddress.V4(1, 2), bytes);
        Assert.Equal(expected, Text.Of(bytes.AsSpan(0, length)));
        Assert.Equal(ReadStatus.Done, ProxyHeaderReader.TryRead(bytes.AsSpan(0, length), out ProxyHeader header, out _));
        Assert.Equal(NetFamily.None, header.Source.Family);
    }

    [Fact]
    public void The_longest_line_is_taken_and_a_longer_one_is_not()
    {
        string longest = "PROXY UNKNOWN " + new string('f', ProxyHeader.V1Max - 16) + "\r\n";
        Assert.Equal(ReadStatus.Done, Read(longest));
        Assert.Equal(ReadStatus.Rejected, Read(longest.Replace("\r\n", "f\r\n", StringComparison.Ordinal)));
        Assert.Equal(ReadStatus.Rejected, Read(new string('P', 1) + "ROXY UNKNOWN " + new string('f', 93)));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PROXY  TCP4 1.1.1.1 2.2.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 1.1.1.1  2.2.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 01.1.1.1 2.2.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 1.1.1 2.2.2.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 1.1.1.256 2.2.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 65536 2\r\n")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 +1 2\r\n")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\rx")]
    [InlineData("PROXY TCP4 ::1 ::2 1 2\r\n")]
    [InlineData("PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n")]
    [InlineData("PROXY TCP6 ::ffff:1.2.3.4 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1::2::3 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7::8 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 12345::1 ::1 1 2\r\n")]
    [InlineData("PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n")]
    [InlineData("PROXY UNKNOWNX\r\n")]
    [InlineData("proxy UNKNOWN\r\n")]
    public void Lines_that_are_not_exactly_right_are_refused(string line) => Assert.Equal(ReadStatus.Rejected, Read(line));

    [Theory]
    [InlineData("0d0a0d0a000d0a515549540b")]
    [InlineData("0d0a0d0a000d0a515549540a 11 11 000c")]
    [InlineData("0d0a0d0a000d0a515549540a 22 11 000c")]
    [InlineData("0d0a0d0a000d0a515549540a 21 10 000c")]
    [InlineData("0d0a0d0a000d0a515549540a 21 41 000c")]
    [InlineData("0d0a0d0a000d0a515549540a 21 11 000b")]
    [InlineData("0d0a0d0a000d0a515549540a 21 11 0209")]
    [InlineData("0d0a0d0a000d0a515549540a 20 00 ffff")]
    [InlineData("0d0a0d0a000d0a515549540a 21 11 000e 01010101 02020202 0001 0002 0400")]
    [InlineData("0d0a0d0a000d0a515549540a 21 11 0010 01010101 02020202 0001 0002 04000200")]
    [InlineData("0d0a0d0a000d0a515549540a 21 11 0013 01010101 02020202 0001 0002 03000400000000")]
    public void Binary_headers_that_are_not_exactly_right_are_refused_as_soon_as_it_shows(string hex)
        => Assert.Equal(ReadStatus.Rejected, ProxyHeaderReader.TryRead(Text.Hex(hex), out _, out _));

    [Fact]
    public void A_right_checksum_is_taken_and_any_flipped_bit_is_not()
    {
        byte[] header = Text.Hex("0d0a0d0a000d0a515549540a 21 11 0013 7f000001 7f000001 a1b2 1f90 03 0004 00000000");
        Convert.FromHexString(ProxyHeaderOracle.Crc32C(header).ToString("X8", System.Globalization.CultureInfo.InvariantCulture)).CopyTo(header, 31);
        Assert.Equal(ReadStatus.Done, ProxyHeaderReader.TryRead(header, out _, out _));
        for (int bit = 16 * 8; bit < 28 * 8; bit++)
        {
            header[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(ReadStatus.Rejected, ProxyHeaderReader.TryRead(header, out _, out _));
            header[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Local_headers_say_nothing_of_addresses_whatever_they_carry()
    {
        byte[] header = Text.Hex("0d0a0d0a000d0a515549540a 20 ff 0003 ffffff");
        Assert.Equal(ReadStatus.Done, ProxyHeaderReader.TryRead(header, out ProxyHeader read, out _));
        Assert.Equal(new ProxyHeader(ProxyVersion.V2, true, default, default, 19), read);
    }

    private static ReadStatus Read(string line) => ProxyHeaderReader.TryRead(Text.Bytes(line), out _, out _);
}
