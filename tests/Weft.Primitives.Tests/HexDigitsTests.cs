using System.Text;
using Weft.Primitives;
using Xunit;

namespace Weft.Primitives.Tests;

public sealed class HexDigitsTests
{
    [Fact]
    public void Numbers_are_spelled_as_the_runtime_spells_them()
    {
        Random random = new(11);
        ulong[] edges = [0, 1, 9, 10, 15, 16, 0x9999_9999_9999_9999, 0xaaaa_aaaa_aaaa_aaaa, 0x0123_4567_89ab_cdef, ulong.MaxValue];
        byte[] text = new byte[40];
        for (int i = 0; i < 2_000; i++)
        {
            ulong high = i < edges.Length ? edges[i] : (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            ulong low = i < edges.Length ? edges[^(i + 1)] : (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            UInt128 both = new(high, low);
            HexDigits.Write(high, text);
            Assert.Equal(high.ToString("x16", null), Encoding.ASCII.GetString(text, 0, 16));
            HexDigits.Write(both, text);
            Assert.Equal(both.ToString("x32", null), Encoding.ASCII.GetString(text, 0, 32));
            HexDigits.WriteUuid(both, text);
            Assert.Equal(Guid.Parse(both.ToString("x32", null)).ToString("D"), Encoding.ASCII.GetString(text, 0, 36));
        }
    }

    [Fact]
    public void Room_that_is_too_short_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => HexDigits.Write(1UL, new byte[15]));
        Assert.Throws<ArgumentOutOfRangeException>(() => HexDigits.Write(UInt128.One, new byte[31]));
        Assert.Throws<ArgumentOutOfRangeException>(() => HexDigits.WriteUuid(UInt128.One, new byte[35]));
    }
}
