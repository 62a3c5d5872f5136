namespace Weft.Contracts.Flow;

/// <summary>A flow record, wherever it is kept, as the subject of a filter.</summary>
public readonly struct FlowSubject<T>(T view) : IFilterSubject
    where T : IFlowView
{
    public FlowText Text(int field) => view.Text((FlowKey)field);

    public double Number(int field) => view.Number((FlowKey)field);
}
