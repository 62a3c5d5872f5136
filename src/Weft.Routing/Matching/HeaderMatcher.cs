using System.Text;
using Weft.Primitives.Http;

namespace Weft.Routing.Matching;

/// <summary>Judges the first value of one header field. The name is compared without case; "host" means the authority.</summary>
internal sealed class HeaderMatcher(string name, ValuePattern pattern)
{
    private readonly byte[] _name = Encoding.ASCII.GetBytes(name);
    private readonly bool _isHost = name.Equals("host", StringComparison.OrdinalIgnoreCase);

    public bool Matches(MessageHead head)
    {
        if (_isHost)
        {
            return pattern.Matches(head[head.Authority]);
        }

        return head.TryGetField(_name, out ReadOnlySpan<byte> value) && pattern.Matches(value);
    }
}
