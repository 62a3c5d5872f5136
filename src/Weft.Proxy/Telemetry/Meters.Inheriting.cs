using Weft.Contracts.Session;
using Weft.Proxy.Detection;
using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <content>Counters that another process counts and this one shows with its own: they are set, not counted. One writer here, too.</content>
internal sealed partial class Meters
{
    /// <summary>Takes over one cell as the other process reported it.</summary>
    public void Set(TrafficCell cell)
    {
        EdgeKey edge = new()
        {
            Direction = cell.Direction,
            Source = cell.Source,
            SourceIdentity = cell.SourceIdentity,
            Destination = cell.Destination,
            DestinationIdentity = cell.DestinationIdentity,
            Backend = cell.Backend,
            Route = cell.Route,
            Template = cell.Template,
            DestinationVersion = cell.DestinationVersion,
            DestinationZone = cell.DestinationZone,
            Protocol = SeriesNames.Protocol(cell.Protocol),
            MutualTls = cell.MutualTls,
        };
        Find(Intern(edge), (int)Math.Min(cell.StatusClass, 5), SeriesNames.Reason(cell.Reason), cell.Success).Set(cell);
    }

    public void SetRejected(EndReason reason, long count) => Volatile.Write(ref _rejected[(byte)reason], count);

    public void SetConnectionsOpened(Direction direction, long count) => Volatile.Write(ref _connectionsOpened[(int)direction], count);

    public void SetConnectionsClosed(Direction direction, long count) => Volatile.Write(ref _connectionsClosed[(int)direction], count);

    public void SetFound(Detected found, long count) => Volatile.Write(ref _found[(byte)found], count);

    public void SetOverflowed(long count) => Volatile.Write(ref _overflowed, count);

    /// <summary>Adds the sums of a process that has ended; whatever it had open is closed now.</summary>
    public void Absorb(Meters ended)
    {
        foreach (MeterCell cell in ended.Cells)
        {
            Find(Intern(cell.Edge), cell.StatusClass, cell.Reason, cell.Success).Absorb(cell);
        }

        for (int i = 0; i < _rejected.Length; i++)
        {
            _rejected[i] += Volatile.Read(ref ended._rejected[i]);
        }

        for (int i = 0; i < _found.Length; i++)
        {
            _found[i] += Volatile.Read(ref ended._found[i]);
        }

        foreach (Direction direction in (ReadOnlySpan<Direction>)[Direction.Outbound, Direction.Inbound])
        {
            long opened = ended.ConnectionsOpened(direction);
            _connectionsOpened[(int)direction] += opened;
            _connectionsClosed[(int)direction] += opened;
        }

        _overflowed += ended.Overflowed;
    }
}
