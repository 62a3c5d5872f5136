using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Weft.Contracts;
using Weft.Contracts.Protobuf;
using Weft.Contracts.Session;
using Weft.Proxy.Detection;
using Weft.Proxy.Telemetry;
using Weft.Routing;

namespace Weft.Proxy.Upgrading;

/// <summary>The counters of one process before this one, as it last told them.</summary>
internal sealed class ProcessSums(TimeProvider clock)
{
    /// <summary>Bound on the names of figures; a version has about fifty.</summary>
    private const int FiguresMax = 256;

    private const string Rejected = "rejected.";
    private const string Opened = "opened.";
    private const string Closed = "closed.";
    private const string Found = "found.";
    private const string Overflowed = "overflowed";

    private readonly ConcurrentDictionary<string, long> _figures = new(StringComparer.Ordinal);

    public Meters Meters { get; } = new(clock);

    /// <summary>Counters of the control thread by name.</summary>
    public IReadOnlyDictionary<string, long> Figures => _figures;

    /// <summary>Takes a <see cref="HandoverMessage.Cell"/> or <see cref="HandoverMessage.Figure"/>; what does not parse is skipped.</summary>
    public void Take(HandoverMessage kind, ReadOnlySpan<byte> payload)
    {
        if (kind == HandoverMessage.Cell)
        {
            try
            {
                Meters.Set(TrafficCell.Parse(payload));
            }
            catch (ProtoException)
            {
                // Of a version that counts otherwise: its numbers cannot be shown.
            }
        }
        else if (kind == HandoverMessage.Figure)
        {
            string text = Encoding.UTF8.GetString(payload);
            int blank = text.IndexOf(' ', StringComparison.Ordinal);
            if (blank > 0 && long.TryParse(text.AsSpan(blank + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                Set(text[..blank], number);
            }
        }
    }

    /// <summary>A copy with the sums of a process that has ended in it. The original stays as it was, for whoever reads it meanwhile.</summary>
    public ProcessSums With(ProcessSums ended)
    {
        ProcessSums sum = new(clock);
        foreach (ProcessSums part in (ReadOnlySpan<ProcessSums>)[this, ended])
        {
            sum.Meters.Absorb(part.Meters);
            foreach ((string name, long number) in part._figures)
            {
                sum._figures[name] = sum._figures.GetValueOrDefault(name) + number;
            }
        }

        return sum;
    }

    /// <summary>All numbers of some counters but the cells, by name.</summary>
    public static IEnumerable<(string Name, long Number)> FiguresOf(MetersFold fold)
    {
        foreach (EndReason reason in Enum.GetValues<EndReason>())
        {
            yield return (Rejected + EndReasons.Code(reason), fold.Rejected(reason));
        }

        foreach (Detected found in Enum.GetValues<Detected>()[1..])
        {
            yield return (Found + SeriesNames.Of(found), fold.Found(found));
        }

        foreach (Direction direction in (Direction[])[Direction.Outbound, Direction.Inbound])
        {
            long opened = fold.ConnectionsOpened(direction);
            yield return (Opened + SeriesNames.Of(direction), opened);
            yield return (Closed + SeriesNames.Of(direction), opened - fold.ConnectionsOpen(direction));
        }

        yield return (Overflowed, fold.Overflowed);
    }

    private void Set(string name, long number)
    {
        if (name.StartsWith(Rejected, StringComparison.Ordinal))
        {
            Meters.SetRejected(SeriesNames.Reason(name[Rejected.Length..]), number);
        }
        else if (name.StartsWith(Opened, StringComparison.Ordinal))
        {
            Meters.SetConnectionsOpened(DirectionOf(name), number);
        }
        else if (name.StartsWith(Closed, StringComparison.Ordinal))
        {
            Meters.SetConnectionsClosed(DirectionOf(name), number);
        }
        else if (name.StartsWith(Found, StringComparison.Ordinal))
        {
            foreach (Detected found in Enum.GetValues<Detected>()[1..])
            {
                if (string.Equals(SeriesNames.Of(found), name[Found.Length..], StringComparison.Ordinal))
                {
                    Meters.SetFound(found, number);
                }
            }
        }
        else if (name == Overflowed)
        {
            Meters.SetOverflowed(number);
        }
        else if (_figures.Count < FiguresMax || _figures.ContainsKey(name))
        {
            _figures[name] = number;
        }
    }

    private static Direction DirectionOf(string name) => name.EndsWith("inbound", StringComparison.Ordinal) ? Direction.Inbound : Direction.Outbound;
}
