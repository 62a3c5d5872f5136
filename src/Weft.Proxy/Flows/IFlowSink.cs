namespace Weft.Proxy.Flows;

/// <summary>Takes every record that the control thread reads: an access log, an exporter. It never waits.</summary>
internal interface IFlowSink
{
    /// <summary>As metrics call it, such as "access_log".</summary>
    string Name { get; }

    /// <summary>Records and requests that it could not get rid of.</summary>
    long Dropped { get; }

    /// <summary>One record. Valid until the call returns.</summary>
    void Take(FlowView view);

    /// <summary>Records that were written over before they could be read.</summary>
    void Lose(long count);

    /// <summary>All records that were there have been taken.</summary>
    void Flush();
}
