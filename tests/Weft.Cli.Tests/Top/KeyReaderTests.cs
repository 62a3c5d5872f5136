using System.Text;
using Weft.Cli.Top;
using Xunit;

namespace Weft.Cli.Tests.Top;

/// <summary>Bytes of a terminal become keys.</summary>
public sealed class KeyReaderTests
{
    [Theory]
    [InlineData("s", "Character:s")]
    [InlineData("/é💥", "Character:/ Character:é Character:💥")]
    [InlineData("\r", "Enter:")]
    [InlineData("\n", "Enter:")]
    [InlineData("\u007f\b", "Backspace: Backspace:")]
    [InlineData("\u0015", "Clear:")]
    [InlineData("\u000c", "Redraw:")]
    [InlineData("\u0001\u0004", "Unknown: Unknown:")]
    [InlineData("\u001b[C\u001b[D", "Right: Left:")]
    [InlineData("\u001bOC\u001bOD", "Right: Left:")]
    [InlineData("\t\u001b[Z", "Tab: BackTab:")]
    [InlineData("\u001b", "Escape:")]
    [InlineData("\u001b\u001b[C", "Escape: Right:")]
    [InlineData("\u001bq", "Escape: Character:q")]
    [InlineData("\u001b[1;5Cq", "Unknown: Character:q")]
    [InlineData("\u001b[15~q", "Unknown: Character:q")]
    [InlineData("\u001b[12", "Unknown:")]
    public void A_sequence_is_one_key(string sent, string keys)
        => Assert.Equal(keys, string.Join(' ', new KeyReader().Read(Encoding.UTF8.GetBytes(sent)).Select(key => $"{key.Kind}:{key.Text}")));

    [Fact]
    public void A_character_may_come_in_parts()
    {
        var reader = new KeyReader();
        var bytes = Encoding.UTF8.GetBytes("💥");
        Assert.Empty(reader.Read(bytes.AsSpan(0, 3)));
        Assert.Equal([new TerminalKey(KeyKind.Character, "💥")], reader.Read(bytes.AsSpan(3)));
    }

    [Fact]
    public void Whatever_a_terminal_sends_is_read_to_its_end()
    {
        var random = new Random(7);
        var reader = new KeyReader();
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = random.Next(4) switch { 0 => 0x1b, 1 => (byte)'[', _ => bytes[i] };
            }

            Assert.All(reader.Read(bytes), key => Assert.Equal(key.Kind == KeyKind.Character, key.Text.Length > 0));
        }
    }
}
