namespace Weft.Contracts.Flow;

/// <summary>
/// A flow record to read from, wherever it is kept: a message, or the place in a proxy's ring that the loop wrote. Filters and writers are
/// generic over it, so that a proxy looks at its records without making messages of them.
/// </summary>
public interface IFlowView
{
    /// <summary>The text of a field of text, service, list or hexadecimal kind; the direction as "outbound" or "inbound".</summary>
    FlowText Text(FlowKey key);

    /// <summary>The value of a field of number, duration, size, time or flag kind (0 or 1); -1 for a missing gRPC status.</summary>
    long Number(FlowKey key);

    int AttemptCount { get; }

    /// <summary>One attempt, the first at 0.</summary>
    Attempt AttemptAt(int index);

    int ConsideredCount { get; }

    Considered ConsideredAt(int index);

    int HeaderCount { get; }

    Header HeaderAt(int index);
}
