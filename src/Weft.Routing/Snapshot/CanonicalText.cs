using System.Text;
using Weft.Routing.Matching;

namespace Weft.Routing.Snapshot;

/// <summary>Paths in routes and policies, brought to the form in which requests are compared with them.</summary>
internal static class CanonicalText
{
    /// <summary>The canonical form of a path; refused when no request can have it.</summary>
    public static string Path(string value, string field)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        byte[] output = new byte[CanonicalPath.MaxLength(bytes.Length)];
        PathFault fault = bytes.AsSpan().Contains((byte)'?') ? PathFault.IllegalByte : CanonicalPath.TryCanonicalise(bytes, output, out _);
        if (fault != PathFault.None)
        {
            Check.Fail($"{field} \"{value}\" can never match a path ({fault})");
        }

        CanonicalPath.TryCanonicalise(bytes, output, out int written);
        return Encoding.ASCII.GetString(output, 0, written);
    }

    /// <summary>The beginning or end of a path, which must be canonical already: what is missing decides how dots and slashes resolve.</summary>
    public static string PathPart(string value, string field)
    {
        string whole = value.StartsWith('/') ? value : "/" + value;
        string canonical = Path(whole, field);
        if (!string.Equals(canonical, whole, StringComparison.Ordinal))
        {
            Check.Fail($"{field} \"{value}\" is not written as paths are compared; did you mean \"{canonical[(whole.Length - value.Length)..]}\"?");
        }

        return value;
    }
}
