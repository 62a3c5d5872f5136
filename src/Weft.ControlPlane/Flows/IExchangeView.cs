using Weft.Contracts.Api;
using Weft.Contracts.Flow;

namespace Weft.ControlPlane.Flows;

/// <summary>What the API shows of single exchanges.</summary>
public interface IExchangeView
{
    /// <summary>Recent records, newest first.</summary>
    FlowList List(Filter filter, int limit, DateTimeOffset since);

    /// <summary>Null when nobody knows the request. May ask proxies.</summary>
    ValueTask<FlowStory?> FindAsync(string requestId, CancellationToken stop);

    TraceList ListTraces(Filter filter, int limit);

    TraceAnswer? FindTrace(string traceId);

    /// <summary>Sends what proxies see from now on.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="send">Gets each record, and about once a second null with the state of the tap.</param>
    /// <param name="stop">Ends the tap.</param>
    /// <returns>The last state; null when there are too many taps.</returns>
    Task<TapStatus?> TapAsync(TapRequest request, Func<FlowRecord?, TapStatus, Task> send, CancellationToken stop);
}
