namespace Weft.Model.Text;

/// <summary>Builds an object for the canonical writers. What is null or empty is left out, so that a default and its absence look the same.</summary>
internal sealed class MappingBuilder
{
    private readonly List<MappingEntry> _entries = [];

    public MappingBuilder Add(string name, DocumentNode? value)
    {
        if (value is not null)
        {
            _entries.Add(new MappingEntry(ScalarNode.OfText(name), value));
        }

        return this;
    }

    public MappingBuilder Add(string name, string? value) => Add(name, value is null ? null : ScalarNode.OfText(value));

    public MappingBuilder Add(string name, int? value) => Add(name, value is { } number ? ScalarNode.OfInteger(number) : null);

    public MappingBuilder Add(string name, TimeSpan? value) => Add(name, value is { } time ? GatewayDuration.Format(time) : null);

    public MappingBuilder Add(string name, IReadOnlyCollection<string> values)
        => Add(name, values.Count == 0 ? null : SequenceNode.Of(values.Select(ScalarNode.OfText)));

    public MappingBuilder Add(string name, IReadOnlyCollection<int> values)
        => Add(name, values.Count == 0 ? null : SequenceNode.Of(values.Select(value => ScalarNode.OfInteger(value))));

    public MappingBuilder Add<T>(string name, IReadOnlyCollection<T> values, Func<T, DocumentNode> write)
        => Add(name, values.Count == 0 ? null : SequenceNode.Of(values.Select(write)));

    /// <summary>Keys are sorted: the order of a map of labels means nothing and must not make a difference.</summary>
    public MappingBuilder Add(string name, IReadOnlyDictionary<string, string> map)
    {
        if (map.Count == 0)
        {
            return this;
        }

        MappingBuilder inner = new();
        foreach ((string key, string value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            inner.Add(key, value);
        }

        return Add(name, inner.Build());
    }

    public MappingNode Build() => new(_entries, 0, 0);

    /// <summary>Null when nothing was added.</summary>
    public MappingNode? BuildOrNull() => _entries.Count == 0 ? null : Build();
}
