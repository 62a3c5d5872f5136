using System.Buffers;
using Weft.Primitives.Http;

namespace Weft.Routing.Matching;

/// <summary>
/// The one form of a request's path that routes and policies are matched against and that is sent upstream (RFC 3986, 6.2.2):
/// unreserved characters are unescaped, other escapes have upper-case digits, what may not stand in a path is escaped, slashes in a
/// row are one, dot segments (also with ";parameters") are resolved. What servers are known to read differently is refused.
/// The query is not touched.
/// </summary>
public static class CanonicalPath
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/"u8);

    /// <summary>Bytes that the canonical form of a target of that length can take.</summary>
    public static int MaxLength(int length) => (length * 3) + 1;

    /// <summary>The part of a request target before the query.</summary>
    public static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> target)
    {
        int query = target.IndexOf((byte)'?');
        return query < 0 ? target : target[..query];
    }

    /// <summary>The part of a request target behind the first '?'; empty without one.</summary>
    public static ReadOnlySpan<byte> QueryOf(ReadOnlySpan<byte> target)
    {
        int query = target.IndexOf((byte)'?');
        return query < 0 ? default : target[(query + 1)..];
    }

    /// <summary>Writes the canonical form of a path (without query) into <paramref name="output"/>.</summary>
    /// <param name="path">The path as it came.</param>
    /// <param name="output">Room for <see cref="MaxLength"/> bytes.</param>
    /// <param name="written">Length of the canonical form; 0 on a fault.</param>
    public static PathFault TryCanonicalise(ReadOnlySpan<byte> path, Span<byte> output, out int written)
    {
        written = 0;
        if (path.IsEmpty || path[0] != '/')
        {
            return PathFault.NotAbsolute;
        }

        PathWriter writer = new(output);
        int at = 1;
        while (true)
        {
            int length = path[at..].IndexOf((byte)'/');
            bool isLast = length < 0;
            PathFault fault = writer.AddSegment(isLast ? path[at..] : path.Slice(at, length), isLast);
            if (fault != PathFault.None)
            {
                return fault;
            }

            if (isLast)
            {
                written = writer.Length;
                return PathFault.None;
            }

            at += length + 1;
        }
    }

    /// <summary>Whether a path (without query) certainly is canonical; one pass, false for the few that need a closer look.</summary>
    public static bool IsPlainlyCanonical(ReadOnlySpan<byte> path)
        => !path.IsEmpty && path[0] == '/'
            && path.IndexOfAnyExcept(Plain) < 0
            && path.IndexOf("//"u8) < 0
            && path.IndexOf("/."u8) < 0;

    /// <summary>Gives a request its canonical path. "*" and the empty target of CONNECT stay as they are.</summary>
    public static PathFault Apply(MessageHead head)
    {
        ReadOnlySpan<byte> target = head[head.Path];
        if (target.IsEmpty || target.SequenceEqual("*"u8) || IsPlainlyCanonical(PathOf(target)))
        {
            return PathFault.None;
        }

        return Rewrite(head);
    }

    private static PathFault Rewrite(MessageHead head)
    {
        int length = head.Path.Length;
        Span<byte> room = head.Reserve(MaxLength(length));

        // Only now: reserving may have moved the block.
        ReadOnlySpan<byte> target = head[head.Path];
        ReadOnlySpan<byte> path = PathOf(target);
        PathFault fault = TryCanonicalise(path, room, out int written);
        if (fault != PathFault.None || room[..written].SequenceEqual(path))
        {
            return fault;
        }

        ReadOnlySpan<byte> rest = target[path.Length..];
        rest.CopyTo(room[written..]);
        head.Path = head.Commit(written + rest.Length);
        return PathFault.None;
    }
}
