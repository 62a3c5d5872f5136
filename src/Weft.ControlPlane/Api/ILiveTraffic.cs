using Weft.Contracts.Api;
using Weft.ControlPlane.Insight;

namespace Weft.ControlPlane.Api;

/// <summary>Traffic of the last minutes as the server itself knows it, wherever the answers to its users come from: for what must go on without that source.</summary>
public interface ILiveTraffic
{
    /// <summary>As <see cref="ITrafficView.GetEdgesAsync"/>.</summary>
    ValueTask<TrafficTable> GetEdgesAsync(TrafficQuery query, CancellationToken stop);

    /// <summary>As <see cref="ITrafficView.GetSeriesAsync"/>.</summary>
    ValueTask<SeriesAnswer?> GetSeriesAsync(string of, TrafficQuery query, int stepSeconds, CancellationToken stop);
}
