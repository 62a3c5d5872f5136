using System.Text;
using CsCheck;
using Weft.Proxy.Flows;
using Xunit;

namespace Weft.Proxy.Tests.Flows;

public sealed class PathTemplatesTests
{
    private static readonly Gen<string> s_segment = Gen.OneOf(
        Gen.String[Gen.Char['a', 'e'], 0, 3],
        Gen.Int[0, 1_000_000].Select(static number => $"{number}"),
        Gen.Guid.Select(static uuid => uuid.ToString()),
        Gen.String[Gen.Char["abz09-_%.~{}\u00e9"], 0, 50]);

    private static readonly Gen<string> s_path = s_segment.Array[0, 11].Select(static segments => "/" + string.Join('/', segments));

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/users", "/users")]
    [InlineData("/users/7/orders", "/users/{id}/orders")]
    [InlineData("/users/7/orders?x=/8", "/users/{id}/orders")]
    [InlineData("/users/7/", "/users/{id}/")]
    [InlineData("/a//b", "/a//b")]
    [InlineData("/v2/oauth2/token", "/v2/oauth2/token")]
    [InlineData("/orders/550e8400-e29b-41d4-a716-446655440000", "/orders/{id}")]
    [InlineData("/blobs/9f86d081884c7d65", "/blobs/{id}")]
    [InlineData("/deadbeef/facade", "/deadbeef/facade")]
    [InlineData("/order-18273645", "/{id}")]
    [InlineData("/pkg.Cart/AddItem", "/pkg.Cart/AddItem")]
    [InlineData("/%C3%A9t%C3%A9", "/%C3%A9t%C3%A9")]
    [InlineData("/{id}", "/{name}")]
    [InlineData("/1/2/3/4/5/6/7/8/9/10", "/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{rest}")]
    [InlineData("*", "")]
    [InlineData("", "")]
    public void A_path_has_a_template(string path, string template) => Assert.Equal(template, Of(new PathTemplates(), path));

    [Fact]
    public void Where_there_are_too_many_words_they_are_values_but_frequent_ones_stay()
    {
        PathTemplates templates = new();
        for (int i = 0; i < 100; i++)
        {
            Of(templates, "/shop/cart");
        }

        for (int i = 0; i < 2 * PathTemplates.WordsMax; i++)
        {
            Of(templates, "/shop/" + Word(i));
        }

        Assert.Equal("/shop/cart", Of(templates, "/shop/cart"));
        Assert.Equal("/shop/{name}", Of(templates, "/shop/" + Word(3)));
        Assert.Equal("/shop/{name}/x", Of(templates, "/shop/zzz/x"));
    }

    [Fact]
    public void Whatever_paths_come_templates_are_few_and_fit_their_paths()
        => s_path.Array[1, 400].Sample(static paths =>
        {
            PathTemplates templates = new();
            HashSet<string> seen = new(StringComparer.Ordinal);
            foreach (string path in paths)
            {
                string template = Of(templates, path);
                seen.Add(template);
                Assert.True(template == PathTemplates.Other || Fits(path, template), $"{template} of {path}");
                Assert.Equal(template, Of(templates, path));
            }

            // Those of places that were widened later are seen, too: each place is widened once.
            Assert.True(seen.Count <= (2 * PathTemplates.TemplatesMax) + 1, $"{seen.Count} templates");
        }, iter: 200);

    [Fact]
    public void A_peer_that_invents_paths_ends_in_other()
    {
        PathTemplates templates = new();
        HashSet<string> seen = new(StringComparer.Ordinal);
        Random random = new(7);
        for (int i = 0; i < 50_000; i++)
        {
            seen.Add(Of(templates, $"/{Word(random.Next(40))}/{Word(random.Next(40))}/{Word(random.Next(40))}"));
        }

        Assert.True(seen.Count <= (2 * PathTemplates.TemplatesMax) + 1, $"{seen.Count} templates");
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        PathTemplates templates = new();
        byte[] path = "/users/7/orders?x=1"u8.ToArray();
        templates.Of(path);
        for (int i = 0; i < 2_000; i++)
        {
            templates.Of(path);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            templates.Of(path);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Of(PathTemplates templates, string path) => templates.Of(Encoding.UTF8.GetBytes(path));

    private static string Word(int number) => $"w{(char)('a' + (number / 26))}{(char)('a' + (number % 26))}";

    private static bool Fits(string path, string template)
    {
        string[] have = path[1..].Split('/');
        string[] want = template[1..].Split('/');
        bool isCut = want[^1] == "{rest}";
        return (isCut ? have.Length > want.Length - 1 : have.Length == want.Length)
            && want.Zip(have).All(static pair => pair.First is "{id}" or "{name}" or "{rest}" || pair.First == pair.Second);
    }
}
