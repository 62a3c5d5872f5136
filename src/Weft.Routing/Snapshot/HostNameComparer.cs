using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Weft.Routing.Snapshot;

/// <summary>Compares host names without case, and looks a name up by the bytes of a request without making a string.</summary>
internal sealed class HostNameComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
{
    private readonly uint _seed = (uint)Random.Shared.Next();

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.OrdinalIgnoreCase);

    public int GetHashCode([DisallowNull] string obj)
    {
        uint hash = _seed;
        foreach (char c in obj)
        {
            hash = Mix(hash, c);
        }

        return (int)hash;
    }

    public string Create(ReadOnlySpan<byte> alternate) => Encoding.ASCII.GetString(alternate);

    public bool Equals(ReadOnlySpan<byte> alternate, string other) => Ascii.EqualsIgnoreCase(alternate, other);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        uint hash = _seed;
        foreach (byte b in alternate)
        {
            hash = Mix(hash, b);
        }

        return (int)hash;
    }

    private static uint Mix(uint hash, uint value)
    {
        uint lower = value is >= 'A' and <= 'Z' ? value | 0x20 : value;
        return (hash ^ lower) * 16777619;
    }
}
