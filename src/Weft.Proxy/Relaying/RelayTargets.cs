namespace Weft.Proxy.Relaying;

/// <summary>The targets of a relay: by server name, and for the rest.</summary>
internal sealed class RelayTargets
{
    private readonly RelayTarget[] _rest;
    private readonly Dictionary<string, RelayTarget[]> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RelayTarget[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <param name="rest">What no name covers; may be empty.</param>
    /// <param name="named">Names in lower case, with "*." in front for all names below one; a name that comes again has several targets.</param>
    public RelayTargets(RelayTarget[] rest, IEnumerable<(string Name, RelayTarget Target)> named)
    {
        _rest = rest;
        foreach ((string name, RelayTarget target) in named)
        {
            _names[name] = [.. _names.GetValueOrDefault(name, []), target];
        }

        _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The targets for a server name: those of the name itself, else of the longest wildcard over it, else the rest.</summary>
    public RelayTarget[] Of(string serverName)
    {
        if (serverName.Length == 0 || _names.Count == 0)
        {
            return _rest;
        }

        if (_names.TryGetValue(serverName, out RelayTarget[]? exact))
        {
            return exact;
        }

        Span<char> wildcard = stackalloc char[1 + serverName.Length];
        for (int dot = serverName.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = serverName.IndexOf('.', dot + 1))
        {
            wildcard[0] = '*';
            serverName.AsSpan(dot).CopyTo(wildcard[1..]);
            if (_lookup.TryGetValue(wildcard[..(1 + serverName.Length - dot)], out RelayTarget[]? below))
            {
                return below;
            }
        }

        return _rest;
    }
}
