using System.Text;

namespace Weft.Routing.Matching;

/// <summary>What a value must be: exactly these bytes, or matched by a regular expression.</summary>
internal sealed class ValuePattern
{
    private readonly byte[] _exact = [];
    private readonly LinearRegex? _regex;

    public ValuePattern(string exact)
    {
        _exact = Encoding.UTF8.GetBytes(exact);
    }

    public ValuePattern(LinearRegex regex)
    {
        _regex = regex;
    }

    /// <summary>The bytes to be equal to; empty and meaningless for a regular expression.</summary>
    public ReadOnlySpan<byte> Exact => _exact;

    public bool IsRegex => _regex is not null;

    public bool Matches(ReadOnlySpan<byte> value) => _regex is null ? value.SequenceEqual(_exact) : _regex.Matches(value);
}
