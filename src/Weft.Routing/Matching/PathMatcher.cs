using System.Text;
using Weft.Contracts.Mesh;

namespace Weft.Routing.Matching;

/// <summary>Judges a path in canonical form, without query.</summary>
internal sealed class PathMatcher
{
    private readonly PathMatchKind _kind;
    private readonly byte[] _text = [];
    private readonly LinearRegex? _regex;

    public PathMatcher(PathMatchKind kind, string text)
    {
        // "/foo/" and "/foo" are the same prefix, and "/" is a prefix of everything (Gateway API, PathPrefix).
        text = kind == PathMatchKind.Prefix ? text.TrimEnd('/') : text;
        _kind = kind == PathMatchKind.Prefix && text.Length == 0 ? PathMatchKind.Any : kind;
        _text = Encoding.UTF8.GetBytes(text);
    }

    public PathMatcher(LinearRegex regex)
    {
        _kind = PathMatchKind.Regex;
        _regex = regex;
    }

    public static PathMatcher Any { get; } = new(PathMatchKind.Any, "");

    public bool IsAny => _kind == PathMatchKind.Any;

    public bool Matches(ReadOnlySpan<byte> path) => _kind switch
    {
        PathMatchKind.Exact => path.SequenceEqual(_text),
        PathMatchKind.Prefix => path.StartsWith(_text) && (path.Length == _text.Length || path[_text.Length] == '/'),
        PathMatchKind.Regex => _regex!.Matches(path),
        _ => true,
    };
}
