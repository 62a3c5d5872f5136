using Weft.Model.Text;
using Xunit;

namespace Weft.Model.Tests.Text;

public sealed class ScalarNodeTests
{
    [Theory]
    [InlineData("", ScalarType.Null)]
    [InlineData("~", ScalarType.Null)]
    [InlineData("null", ScalarType.Null)]
    [InlineData("true", ScalarType.Boolean)]
    [InlineData("False", ScalarType.Boolean)]
    [InlineData("yes", ScalarType.Text)]
    [InlineData("80", ScalarType.Integer)]
    [InlineData("-1", ScalarType.Integer)]
    [InlineData("+1", ScalarType.Integer)]
    [InlineData("0x1F", ScalarType.Integer)]
    [InlineData("0o17", ScalarType.Integer)]
    [InlineData("0x", ScalarType.Text)]
    [InlineData("1.0", ScalarType.Float)]
    [InlineData("1e3", ScalarType.Float)]
    [InlineData(".5", ScalarType.Float)]
    [InlineData("-.inf", ScalarType.Float)]
    [InlineData("1.2.3", ScalarType.Text)]
    [InlineData("10.0.0.1", ScalarType.Text)]
    [InlineData("v1", ScalarType.Text)]
    [InlineData("-", ScalarType.Text)]
    [InlineData("1,000", ScalarType.Text)]
    [InlineData("١", ScalarType.Text)]
    public void Plain_scalars_have_the_types_of_the_core_schema(string text, ScalarType type) => Assert.Equal(type, ScalarNode.Resolve(text));
}
