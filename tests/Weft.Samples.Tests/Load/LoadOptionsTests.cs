using Weft.Load.Options;
using Xunit;

namespace Weft.Samples.Tests.Load;

public sealed class LoadOptionsTests
{
    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("60s", 60)]
    [InlineData("2m", 120)]
    [InlineData("0s", 0)]
    [InlineData("1.5h", 5_400)]
    public void Durations_are_read(string text, double seconds)
        => Assert.Equal(seconds, LoadOptions.Parse(["shop", "--for", text]).For.TotalSeconds);

    [Theory]
    [InlineData("shop --for 60", "--for \"60\" is no duration: write 500ms, 60s or 2m")]
    [InlineData("shop --for -5s", "--for \"-5s\" is no duration: write 500ms, 60s or 2m")]
    [InlineData("shop --rate fast", "--rate \"fast\" is not a number from 0.1 to 1000000")]
    [InlineData("shop --rate", "--rate needs a value")]
    [InlineData("shop --web ftp://x", "--web \"ftp://x\" is no http:// address")]
    [InlineData("shop --speed 5", "unknown option --speed")]
    [InlineData("http", "http needs a URL")]
    [InlineData("", "the first word must be http or shop")]
    public void Mistakes_are_named(string line, string message)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(message, Assert.Throws<FormatException>(() => LoadOptions.Parse(words)).Message);
    }
}
