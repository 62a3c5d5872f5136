namespace Weft.Contracts.Flow;

/// <summary>
/// The catalogue of the flow record: one entry per field. JSON, access log, attributes of spans and log records, the filter language and
/// the reference page are made from it, so that they cannot differ. The lists in it (attempts, endpoints considered, headers) have forms of
/// their own in <see cref="FlowJson"/>.
/// </summary>
public static partial class FlowFields
{
    private static readonly FlowField[] Ordered = [.. RequestFields, .. OutcomeFields, .. PartyFields, .. PartFields];

    private static readonly FlowField[] ByKey = Index();

    /// <summary>All entries, those of one nested object together.</summary>
    public static IReadOnlyList<FlowField> All => Ordered;

    /// <summary>The fields of the JSON form, in its order.</summary>
    public static IReadOnlyList<FlowField> InJson { get; } = [.. Ordered.Where(static field => field.Name.Length > 0)];

    public static FlowField Of(FlowKey key) => ByKey[(int)key];

    /// <summary>The part of "namespace/name" before the slash; empty when it is an address.</summary>
    public static ReadOnlySpan<char> NamespaceOf(ReadOnlySpan<char> service)
    {
        int slash = service.IndexOf('/');
        return slash < 0 ? [] : service[..slash];
    }

    private static uint Cut(long value) => (uint)Math.Clamp(value, 0, uint.MaxValue);

    private static FlowField[] Index()
    {
        FlowField[] byKey = new FlowField[Ordered.Length];
        foreach (FlowField field in Ordered)
        {
            byKey[(int)field.Key] = field;
        }

        return byKey;
    }
}
