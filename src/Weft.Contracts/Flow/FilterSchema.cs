namespace Weft.Contracts.Flow;

/// <summary>The fields that a filter may name: those of flow records, or those of aggregates on the map and in tables.</summary>
public sealed class FilterSchema
{
    private readonly Dictionary<string, FilterField> _fields;

    public FilterSchema(IEnumerable<FilterField> fields)
    {
        Fields = [.. fields];
        _fields = Fields.ToDictionary(static field => field.Name, StringComparer.Ordinal);
    }

    /// <summary>Flow records: tap, logs. Ids are <see cref="FlowKey"/>.</summary>
    public static FilterSchema Flows { get; } = new(FlowFields.All.SelectMany(static field => field.FilterNames.Select(name => new FilterField(name, (int)field.Key, KindOf(field.Kind)))));

    /// <summary>Aggregates: the map's query bar, stat. Ids are <see cref="AggregateKey"/>.</summary>
    public static FilterSchema Aggregates { get; } = new(
    [
        new("rps", (int)AggregateKey.Rps, FilterKind.Number),
        new("error", (int)AggregateKey.Error, FilterKind.Share),
        new("success", (int)AggregateKey.Success, FilterKind.Share),
        new("p50", (int)AggregateKey.P50, FilterKind.Duration),
        new("p95", (int)AggregateKey.P95, FilterKind.Duration),
        new("p99", (int)AggregateKey.P99, FilterKind.Duration),
        new("mtls", (int)AggregateKey.MutualTls, FilterKind.Share),
        new("source", (int)AggregateKey.Source, FilterKind.Service),
        new("destination", (int)AggregateKey.Destination, FilterKind.Service),
        new("namespace", (int)AggregateKey.Namespace, FilterKind.Text),
        new("protocol", (int)AggregateKey.Protocol, FilterKind.Text),
        new("new", (int)AggregateKey.New, FilterKind.Flag),
    ]);

    public IReadOnlyList<FilterField> Fields { get; }

    public FilterField? Find(string name) => _fields.GetValueOrDefault(name);

    /// <summary>The name that is meant, when one is near: at most two letters away, or the beginning.</summary>
    public string? Nearest(string name)
    {
        string? best = null;
        int least = 3;
        foreach (FilterField field in Fields)
        {
            int distance = Distance(name, field.Name);
            if (distance < least && distance < name.Length)
            {
                (best, least) = (field.Name, distance);
            }
        }

        return best ?? Fields.FirstOrDefault(field => name.Length >= 3 && field.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase))?.Name;
    }

    private static FilterKind KindOf(FlowFieldKind kind) => kind switch
    {
        FlowFieldKind.Service => FilterKind.Service,
        FlowFieldKind.Hex => FilterKind.Hex,
        FlowFieldKind.List => FilterKind.List,
        FlowFieldKind.Duration => FilterKind.Duration,
        FlowFieldKind.Size => FilterKind.Size,
        FlowFieldKind.Flag => FilterKind.Flag,
        FlowFieldKind.Text => FilterKind.Text,
        _ => FilterKind.Number,
    };

    /// <summary>How many letters must be changed, added or left out; case and the sign between words do not count.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = diagonal + (Same(a[i - 1], b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b) || (a is '-' or '.' or '_' && b is '-' or '.' or '_');
}
