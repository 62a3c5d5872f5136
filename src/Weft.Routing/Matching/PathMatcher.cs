using System.Text;
using Weft.Contracts.Mesh;

namespace Weft.Routing.Matching;

/// <summary>Judges a path in canonical form, without query.</summary>
internal sealed class PathMatcher
{
    private readonly LinearRegex? _regex;

    public PathMatcher(PathMatchKind kind, string text)
    {
        // "/foo/" and "/foo" are the same prefix, and "/" is a prefix of everything (Gateway API, PathPrefix).
        text = kind == PathMatchKind.Prefix ? text.TrimEnd('/') : text;
        Kind = kind == PathMatchKind.Prefix && text.Length == 0 ? PathMatchKind.Any : kind;
        Text = Encoding.UTF8.GetBytes(text);
    }

    public PathMatcher(LinearRegex regex)
    {
        Kind = PathMatchKind.Regex;
        _regex = regex;
    }

    public static PathMatcher Any { get; } = new(PathMatchKind.Any, "");

    /// <summary>How it judges; a prefix of everything is <see cref="PathMatchKind.Any"/>.</summary>
    public PathMatchKind Kind { get; }

    /// <summary>The exact path, or the prefix without its last slash; empty for other kinds.</summary>
    public byte[] Text { get; } = [];

    public bool IsAny => Kind == PathMatchKind.Any;

    public bool Matches(ReadOnlySpan<byte> path) => Kind switch
    {
        PathMatchKind.Exact => path.SequenceEqual(Text),
        PathMatchKind.Prefix => path.StartsWith(Text) && (path.Length == Text.Length || path[Text.Length] == '/'),
        PathMatchKind.Regex => _regex!.Matches(path),
        _ => true,
    };
}
