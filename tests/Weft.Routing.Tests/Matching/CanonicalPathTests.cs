using System.Text;
using CsCheck;
using Weft.Primitives.Http;
using Weft.Routing.Matching;
using Xunit;

namespace Weft.Routing.Tests.Matching;

public sealed class CanonicalPathTests
{
    private static readonly string[] Segments = ["a", "b%2e", ".", "..", "..;x", ".;", "", "%2E%2e", "c;v=1", "%c3%a9", "~", "%7Bx%7D"];

    private static readonly Gen<string> Paths = Gen.OneOf(
        Gen.Int[0, Segments.Length - 1].Array[0, 8].Select(picks => "/" + string.Join('/', picks.Select(i => Segments[i]))),
        Gen.String[Gen.Char['!', '~'], 0, 20].Select(s => "/" + s.Replace('?', '!')),
        Gen.String[Gen.OneOf(Gen.Const('/'), Gen.Const('.'), Gen.Const('%'), Gen.Const('2'), Gen.Const('e'), Gen.Const('F'), Gen.Const(';'), Gen.Const('é')), 0, 16].Select(s => "/" + s));

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a/b/", "/a/b/")]
    [InlineData("//a///b", "/a/b")]
    [InlineData("/a//", "/a/")]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("/a/../b", "/b")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/a/b/.", "/a/b/")]
    [InlineData("/../../a", "/a")]
    [InlineData("/a/..;x=1/b", "/b")]
    [InlineData("/a/.;/b", "/a/b")]
    [InlineData("/a;v=1/b", "/a;v=1/b")]
    [InlineData("/%61%2D%7e", "/a-~")]
    [InlineData("/a/%2e%2E/b", "/b")]
    [InlineData("/%7b", "/%7B")]
    [InlineData("/{}", "/%7B%7D")]
    [InlineData("/a%2bb+c", "/a%2Bb+c")]
    [InlineData("/%c3%a9", "/%C3%A9")]
    [InlineData("/é", "/%C3%A9")]
    [InlineData("/%252e%252e/", "/%252e%252e/")]
    [InlineData("/...", "/...")]
    [InlineData("/.a/..b", "/.a/..b")]
    public void Paths_have_one_form(string path, string expected)
    {
        (PathFault fault, string canonical) = Canonicalise(path);
        Assert.Equal(PathFault.None, fault);
        Assert.Equal(expected, canonical);
    }

    [Theory]
    [InlineData("", PathFault.NotAbsolute)]
    [InlineData("a", PathFault.NotAbsolute)]
    [InlineData("http://x/", PathFault.NotAbsolute)]
    [InlineData("/a%00", PathFault.EncodedNul)]
    [InlineData("/a\0", PathFault.IllegalByte)]
    [InlineData("/a\u0001", PathFault.IllegalByte)]
    [InlineData("/a\u007f", PathFault.IllegalByte)]
    [InlineData("/a b", PathFault.IllegalByte)]
    [InlineData("/a#b", PathFault.IllegalByte)]
    [InlineData("/a%2Fb", PathFault.EncodedSlash)]
    [InlineData("/a%2fb", PathFault.EncodedSlash)]
    [InlineData("/a%5Cb", PathFault.Backslash)]
    [InlineData("/a\\b", PathFault.Backslash)]
    [InlineData("/a%", PathFault.BadEscape)]
    [InlineData("/a%2", PathFault.BadEscape)]
    [InlineData("/a%2/b", PathFault.BadEscape)]
    [InlineData("/a%gg", PathFault.BadEscape)]
    [InlineData("/%c0%af", PathFault.BadUtf8)]
    [InlineData("/%e0%80%af", PathFault.BadUtf8)]
    [InlineData("/%ed%a0%80", PathFault.BadUtf8)]
    [InlineData("/%f4%90%80%80", PathFault.BadUtf8)]
    [InlineData("/%c3", PathFault.BadUtf8)]
    [InlineData("/%c3/%a9", PathFault.BadUtf8)]
    [InlineData("/%a9", PathFault.BadUtf8)]
    public void Paths_that_servers_read_differently_are_refused(string path, PathFault expected)
        => Assert.Equal(expected, Canonicalise(path).Fault);

    [Fact]
    public void The_canonical_form_of_a_canonical_path_is_itself()
        => Paths.Sample(path =>
        {
            (PathFault fault, string canonical) = Canonicalise(path);
            if (fault == PathFault.None)
            {
                Assert.Equal((PathFault.None, canonical), Canonicalise(canonical));
            }
        }, iter: 10_000);

    [Fact]
    public void A_canonical_path_has_no_dot_segment_no_empty_segment_and_nothing_beyond_ascii()
        => Paths.Sample(path =>
        {
            (PathFault fault, string canonical) = Canonicalise(path);
            if (fault == PathFault.None)
            {
                Assert.StartsWith("/", canonical, StringComparison.Ordinal);
                string[] segments = canonical[1..].Split('/');
                Assert.DoesNotContain(segments[..^1], s => s.Length == 0);
                Assert.DoesNotContain(segments, s => s.Split(';')[0] is "." or "..");
                Assert.True(canonical.All(c => c is > ' ' and < '\u007f' and not '\\'));
            }
        }, iter: 10_000);

    [Fact]
    public void It_agrees_with_a_slow_and_obvious_implementation()
        => Paths.Sample(path =>
        {
            (PathFault fault, string canonical) = Canonicalise(path);
            if (fault == PathFault.None)
            {
                Assert.Equal(Naive(path), canonical);
            }
        }, iter: 10_000);

    [Fact]
    public void What_is_plainly_canonical_is_canonical()
        => Paths.Sample(path =>
        {
            if (CanonicalPath.IsPlainlyCanonical(Encoding.UTF8.GetBytes(path)))
            {
                Assert.Equal((PathFault.None, path), Canonicalise(path));
            }
        }, iter: 10_000);

    [Theory]
    [InlineData("/a/../b?x=/../%2f", "/b?x=/../%2f")]
    [InlineData("/a?", "/a?")]
    [InlineData("*", "*")]
    [InlineData("", "")]
    public void Applying_it_to_a_request_keeps_the_query(string target, string expected)
    {
        MessageHead head = Heads.Request(target);
        Assert.Equal(PathFault.None, CanonicalPath.Apply(head));
        Assert.Equal(expected, head.Target());
    }

    [Fact]
    public void Applying_it_to_a_long_path_survives_the_growth_of_the_block()
    {
        string path = "/" + new string('{', 3_000);
        MessageHead head = Heads.Request(path + "?q");
        Assert.Equal(PathFault.None, CanonicalPath.Apply(head));
        Assert.Equal("/" + string.Concat(Enumerable.Repeat("%7B", 3_000)) + "?q", head.Target());
    }

    private static (PathFault Fault, string Path) Canonicalise(string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        byte[] output = new byte[CanonicalPath.MaxLength(bytes.Length)];
        PathFault fault = CanonicalPath.TryCanonicalise(bytes, output, out int written);
        return (fault, Encoding.UTF8.GetString(output, 0, written));
    }

    private static string Naive(string path)
    {
        List<string> stack = [];
        string[] segments = path[1..].Split('/');
        bool endsInSlash = false;
        foreach (string segment in segments)
        {
            string escaped = string.Concat(Encoding.UTF8.GetBytes(segment).Select(b => b < 0x80 && !"\"<>^`{|}[]".Contains((char)b) ? ((char)b).ToString() : $"%{b:X2}"));
            string name = System.Text.RegularExpressions.Regex.Replace(escaped, "%[0-9A-Fa-f]{2}", m =>
            {
                char c = (char)Convert.ToByte(m.Value[1..], 16);
                return char.IsAsciiLetterOrDigit(c) || "-._~".Contains(c) ? c.ToString() : m.Value.ToUpperInvariant();
            });
            string bare = name.Split(';')[0];
            endsInSlash = name.Length == 0 || bare is "." or "..";
            if (bare == ".." && stack.Count > 0)
            {
                stack.RemoveAt(stack.Count - 1);
            }
            else if (!endsInSlash)
            {
                stack.Add(name);
            }
        }

        return stack.Count == 0 ? "/" : "/" + string.Join('/', stack) + (endsInSlash ? "/" : "");
    }
}
