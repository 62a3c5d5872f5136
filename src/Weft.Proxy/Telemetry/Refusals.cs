using System.Globalization;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <summary>
/// Counts connections that were refused before their first exchange and tells the log of them: one line per reason and second, with the
/// number of those that were only counted, so that a flood of refusals costs nothing but counting. One per loop.
/// </summary>
/// <param name="loop">Whose clock it is.</param>
/// <param name="meters">The loop's counters.</param>
/// <param name="tell">Where lines go; the proxy's log by default.</param>
internal sealed class Refusals(EventLoop loop, Meters meters, Action<string>? tell = null)
{
    private const long TellEveryMs = 1_000;

    private readonly Action<string> _tell = tell ?? ProxyLog.Warn;
    private readonly long[] _tellFromMs = new long[EndReasons.Count];
    private readonly long[] _untold = new long[EndReasons.Count];

    /// <summary>Connections refused so far, whatever the reason.</summary>
    public long Count { get; private set; }

    public void Refuse(EndReason reason, NetAddress client, string? detail = null)
    {
        Count++;
        meters.Reject(reason);
        int row = (int)reason;
        if (loop.NowMs < _tellFromMs[row])
        {
            _untold[row]++;
            return;
        }

        string more = _untold[row] > 0 ? string.Create(CultureInfo.InvariantCulture, $" (and {_untold[row]} more since the last such line)") : "";
        _tell($"refused a connection of {client}: {EndReasons.Code(reason)}{(detail is null ? "" : ", ")}{detail}{more}");
        _untold[row] = 0;
        _tellFromMs[row] = loop.NowMs + TellEveryMs;
    }
}
