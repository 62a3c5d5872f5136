using System.Globalization;
using Weft.Contracts.Session;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Upgrading;

/// <summary>Tells the counters of one process to another: all of them first, afterwards those that have changed.</summary>
/// <param name="fold">The counters.</param>
/// <param name="figures">The other counters by name.</param>
internal sealed class SumsSender(MetersFold fold, Func<IEnumerable<(string Name, long Number)>> figures)
{
    private readonly TrafficReporter _cells = new(fold);
    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);

    /// <summary>Sends what has changed; false when the other side is gone or takes nothing for <paramref name="timeoutMs"/>.</summary>
    public bool Send(HandoverChannel to, int timeoutMs)
    {
        foreach (TrafficCell cell in _cells.TakeChanged())
        {
            if (!to.Send(HandoverMessage.Cell, cell.ToBytes(), timeoutMs: timeoutMs))
            {
                return false;
            }
        }

        foreach ((string name, long number) in ProcessSums.FiguresOf(fold).Concat(figures()))
        {
            if (_told.GetValueOrDefault(name) == number)
            {
                continue;
            }

            _told[name] = number;
            if (!to.Send(HandoverMessage.Figure, string.Create(CultureInfo.InvariantCulture, $"{name} {number}"), timeoutMs: timeoutMs))
            {
                return false;
            }
        }

        return true;
    }
}
