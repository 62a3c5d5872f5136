namespace Weft.Contracts.Flow;

/// <summary>What a filter is asked about. Ids are those of the schema that the filter was made for.</summary>
public interface IFilterSubject
{
    /// <summary>The text of a field; empty when absent.</summary>
    FlowText Text(int field);

    /// <summary>Durations in microseconds, sizes in bytes, shares 0..1, flags 0 or 1; not a number when there is none, which no comparison matches.</summary>
    double Number(int field);
}
