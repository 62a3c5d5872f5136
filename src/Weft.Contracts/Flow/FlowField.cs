namespace Weft.Contracts.Flow;

/// <summary>One entry of the catalogue: what a field of the flow record is called in each place where it shows.</summary>
public sealed class FlowField
{
    internal delegate FlowText ReadText(FlowRecord record);

    public required FlowKey Key { get; init; }

    /// <summary>Path in the JSON form, such as "timing.totalUs"; empty for a value that is only computed for filters.</summary>
    public required string Name { get; init; }

    public required FlowFieldKind Kind { get; init; }

    /// <summary>One sentence.</summary>
    public required string Description { get; init; }

    /// <summary>Key in the access log, such as "src.workload"; empty when it is not in it.</summary>
    public string LogKey { get; init; } = "";

    /// <summary>Attribute of the span or log record in OpenTelemetry; empty when it is part of the record's frame.</summary>
    public string Attribute { get; init; } = "";

    /// <summary>Names in filters, the one to show first.</summary>
    public IReadOnlyList<string> FilterNames { get; init; } = [];

    /// <summary>Whether parts of it are replaced before it leaves the proxy.</summary>
    public bool IsRedacted { get; init; }

    internal ReadText TextOf { get; init; } = static _ => default;

    internal Action<FlowRecord, string>? SetText { get; init; }

    internal Func<FlowRecord, long> NumberOf { get; init; } = static _ => 0;

    internal Action<FlowRecord, long>? SetNumber { get; init; }

    /// <summary>Copies the field from wherever it is kept into a message; nothing for a value that is only computed.</summary>
    public void Copy<T>(in T from, FlowRecord to)
        where T : IFlowView
    {
        if (IsText)
        {
            SetText?.Invoke(to, Kind == FlowFieldKind.Hex ? Convert.ToHexStringLower(from.Text(Key).Utf8) : from.Text(Key).ToString());
        }
        else
        {
            SetNumber?.Invoke(to, from.Number(Key));
        }
    }

    /// <summary>Whether its values are texts.</summary>
    public bool IsText => Kind is FlowFieldKind.Text or FlowFieldKind.Service or FlowFieldKind.List or FlowFieldKind.Hex;
}
