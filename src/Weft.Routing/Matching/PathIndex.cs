using Weft.Contracts.Mesh;

namespace Weft.Routing.Matching;

/// <summary>
/// Rules by the path that they ask for. What may take a path is found in as many look-ups as there are lengths of prefixes, however many rules
/// there are; only regular expressions and rules for every path are gone through one by one.
/// </summary>
internal sealed class PathIndex
{
    private readonly Dictionary<byte[], List<int>> _exact = new(PathBytesComparer.Instance);
    private readonly Dictionary<byte[], List<int>> _prefixes = new(PathBytesComparer.Instance);
    private readonly List<int> _others = [];
    private Dictionary<byte[], List<int>>.AlternateLookup<ReadOnlySpan<byte>> _exactLookup;
    private Dictionary<byte[], List<int>>.AlternateLookup<ReadOnlySpan<byte>> _prefixLookup;
    private int[] _prefixLengths = [];

    /// <summary>Adds a rule by its place in the order of precedence; places only grow.</summary>
    public void Add(int place, PathMatcher path)
    {
        switch (path.Kind)
        {
            case PathMatchKind.Exact:
                Add(_exact, path.Text, place);
                break;
            case PathMatchKind.Prefix:
                Add(_prefixes, path.Text, place);
                break;
            default:
                _others.Add(place);
                break;
        }
    }

    /// <summary>Makes it ready for searches; nothing is added afterwards.</summary>
    public void Seal()
    {
        _exactLookup = _exact.GetAlternateLookup<ReadOnlySpan<byte>>();
        _prefixLookup = _prefixes.GetAlternateLookup<ReadOnlySpan<byte>>();
        _prefixLengths = [.. _prefixes.Keys.Select(static text => text.Length).Distinct().Order()];
    }

    /// <summary>The place of the first rule that takes the request, if it comes before <paramref name="best"/>, else that.</summary>
    public int Search(RouteRuleView[] rules, in RouteQuestion question, int best)
    {
        if (_exactLookup.TryGetValue(question.Path, out List<int>? places))
        {
            best = question.FirstOf(rules, places, best);
        }

        foreach (int length in _prefixLengths)
        {
            if (length > question.Path.Length)
            {
                break;
            }

            if ((length == question.Path.Length || question.Path[length] == '/') && _prefixLookup.TryGetValue(question.Path[..length], out places))
            {
                best = question.FirstOf(rules, places, best);
            }
        }

        return question.FirstOf(rules, _others, best);
    }

    private static void Add(Dictionary<byte[], List<int>> index, byte[] text, int place)
    {
        if (!index.TryGetValue(text, out List<int>? places))
        {
            index.Add(text, places = []);
        }

        places.Add(place);
    }
}
