using CsCheck;
using Xunit;

namespace Weft.Model.Tests;

public sealed class GatewayDurationTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("10s", 10_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("250ms", 250)]
    [InlineData("1h2m3s4ms", 3_723_004)]
    [InlineData("99999ms", 99_999)]
    public void Good_text_is_read(string text, long ms)
    {
        Assert.True(GatewayDuration.TryParse(text, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromMilliseconds(ms), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1.5s")]
    [InlineData(" 1s")]
    [InlineData("1s ")]
    [InlineData("1us")]
    [InlineData("1d")]
    [InlineData("100000s")]
    [InlineData("1s1s1s1s1s")]
    [InlineData("١s")]
    public void Bad_text_is_refused(string text) => Assert.False(GatewayDuration.TryParse(text, out _));

    [Fact]
    public void What_is_written_is_read_back()
        => Gen.Long[0, 24L * 3600 * 1000].Sample(ms =>
            GatewayDuration.TryParse(GatewayDuration.Format(TimeSpan.FromMilliseconds(ms)), out TimeSpan back) && back == TimeSpan.FromMilliseconds(ms));
}
