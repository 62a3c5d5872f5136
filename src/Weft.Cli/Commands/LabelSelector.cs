namespace Weft.Cli.Commands;

/// <summary>Terms of <c>-l</c>, all of which must hold: <c>key=value</c>, <c>key!=value</c>, <c>key</c>.</summary>
internal sealed class LabelSelector
{
    private readonly List<(string Key, string? Value, bool Negated)> _terms = [];

    public static LabelSelector Parse(string? text)
    {
        var selector = new LabelSelector();
        foreach (var term in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = term.IndexOf('=', StringComparison.Ordinal);
            var negated = equals > 0 && term[equals - 1] == '!';
            var key = equals < 0 ? term : term[..(negated ? equals - 1 : equals)];
            if (key.Length == 0)
            {
                throw CliException.Of(ExitCode.Usage, "WF0003", $"\"{term}\" selects no label", null, "write key=value, key!=value or key");
            }

            selector._terms.Add((key, equals < 0 ? null : term[(equals + 1)..].TrimStart('='), negated));
        }

        return selector;
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value, negated) in _terms)
        {
            var found = labels.TryGetValue(key, out var actual) && (value is null || string.Equals(actual, value, StringComparison.Ordinal));
            if (found == negated)
            {
                return false;
            }
        }

        return true;
    }
}
