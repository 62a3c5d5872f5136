using Weft.Proxy.Overload;

namespace Weft.Proxy.Listening;

/// <summary>The connections that the listeners of one loop may have open together.</summary>
/// <param name="max">At this number a new connection is accepted and reset.</param>
internal sealed class ConnectionBudget(int max)
{
    /// <summary>Connections of one proxy, whatever the system allows.</summary>
    private const int ConnectionsMax = 10_000;

    /// <summary>Descriptors kept for the admin pages, discovery, health checks and files.</summary>
    public const int ReservedDescriptors = 64;

    /// <summary>A connection usually has a second one to an upstream; a tenth is left for what rests in pools.</summary>
    private const double DescriptorShare = 0.45;

    private int _open;

    /// <summary>Given: it is looked at with every connection, and on its last step there is no room.</summary>
    public OverloadLadder? Ladder { get; set; }

    /// <summary>The step of the ladder. Any thread.</summary>
    public LoadLevel Level => Ladder?.Level ?? LoadLevel.Normal;

    /// <summary>Connections that are open. Any thread.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Whether one more may be open. Any thread; approximate.</summary>
    public bool HasRoom => Open < max && Level != LoadLevel.Refuse;

    /// <summary>What a proxy may accept when the system grants it so many descriptors; 0 when that is unknown.</summary>
    public static int Connections(long descriptors)
        => descriptors <= 0 ? ConnectionsMax
            : (int)Math.Clamp(Math.Min(descriptors * DescriptorShare, (descriptors - ReservedDescriptors) / 2.0), 1, ConnectionsMax);

    /// <summary>Takes room for one connection; false when there is none. On the loop of the budget.</summary>
    public bool TryTake()
    {
        if (Open >= max || Ladder is { } ladder && !ladder.Admits())
        {
            return false;
        }

        Interlocked.Increment(ref _open);
        return true;
    }

    /// <summary>Takes room for a connection that another loop has accepted and looked for room for. Any thread.</summary>
    public void TakeFromOutside() => Interlocked.Increment(ref _open);

    public void GiveBack() => Interlocked.Decrement(ref _open);
}
