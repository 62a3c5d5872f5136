namespace Weft.Contracts.Flow;

/// <summary>A message as a view.</summary>
public readonly struct FlowRecordView(FlowRecord record) : IFlowView
{
    public int AttemptCount => record.Attempts.Count;

    public int ConsideredCount => record.Considered.Count;

    public int HeaderCount => record.Headers.Count;

    public FlowText Text(FlowKey key) => FlowFields.Of(key).TextOf(record);

    public long Number(FlowKey key) => FlowFields.Of(key).NumberOf(record);

    public Attempt AttemptAt(int index) => record.Attempts[index];

    public Considered ConsideredAt(int index) => record.Considered[index];

    public Header HeaderAt(int index) => record.Headers[index];
}
