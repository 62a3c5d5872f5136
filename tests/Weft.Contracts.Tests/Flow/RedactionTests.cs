using System.Text;
using CsCheck;
using Weft.Contracts.Flow;
using Xunit;

namespace Weft.Contracts.Tests.Flow;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("/a", "/a")]
    [InlineData("/a?", "/a?")]
    [InlineData("/a?token=s3cret", "/a?token=***")]
    [InlineData("/a?x=1&y=&z", "/a?x=***&y=&***")]
    [InlineData("/a?x=1=2;y=3", "/a?x=***;y=***")]
    [InlineData("/a?&&x=", "/a?&&x=")]
    [InlineData("?s3cret", "?***")]
    public void Values_of_a_query_are_replaced(string path, string expected) => Assert.Equal(expected, Copy(path, 100));

    [Fact]
    public void What_is_written_never_holds_a_value_and_never_overflows()
        => Gen.Select(Gen.String[Gen.Char["abZ"], 0, 6].Array[0, 8], Gen.Int[0, 60]).Sample((values, room) =>
        {
            string path = "/p?" + string.Join('&', values.Select(static (value, i) => $"k{i}=SECRET{value}"));
            string copied = Copy(path, room);
            Assert.DoesNotContain("S", copied, StringComparison.Ordinal);
            Assert.True(copied.Length <= room);
        });

    [Fact]
    public void A_path_that_is_cut_is_cut_between_characters() => Assert.Equal("/a", Copy("/aé", 3));

    [Theory]
    [InlineData("Authorization", true)]
    [InlineData("cookie", true)]
    [InlineData("SET-COOKIE", true)]
    [InlineData("x-api-key", true)]
    [InlineData("proxy-authorization", true)]
    [InlineData("x-vault-token", true)]
    [InlineData("x-client-secret", true)]
    [InlineData("x-session-id", true)]
    [InlineData("content-type", false)]
    [InlineData("user-agent", false)]
    [InlineData("x-request-id", false)]
    [InlineData("traceparent", false)]
    [InlineData(":authority", false)]
    public void Credentials_are_known_by_name(string name, bool secret) => Assert.Equal(secret, Redaction.IsSecretHeader(name));

    private static string Copy(string path, int room)
    {
        byte[] to = new byte[room];
        int used = Redaction.CopyPath(Encoding.UTF8.GetBytes(path), to);
        return Encoding.UTF8.GetString(to, 0, used);
    }
}
