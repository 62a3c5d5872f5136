using Weft.Model;

namespace Weft.ControlPlane.Registry;

/// <summary>Decides how many endpoints of a service may be removed because they are silent. The server may be the one that is cut off: it takes away
/// at most half of a service within <see cref="Window"/>, and nothing while nobody of the service is connected. Goodbyes do not count.</summary>
internal sealed class DeletionGuard
{
    internal static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private readonly Dictionary<NamespacedName, Queue<DateTimeOffset>> _removed = [];

    /// <param name="service">The service.</param>
    /// <param name="present">Endpoints of it that are registered now, silent ones included.</param>
    /// <param name="connected">How many of them are connected.</param>
    /// <param name="now">The time.</param>
    internal int Allowed(NamespacedName service, int present, int connected, DateTimeOffset now)
    {
        if (connected == 0)
        {
            return 0;
        }

        int recently = Recently(service, now);
        return Math.Max(0, ((present + recently) / 2) - recently);
    }

    internal void Removed(NamespacedName service, DateTimeOffset now)
    {
        if (!_removed.TryGetValue(service, out Queue<DateTimeOffset>? times))
        {
            _removed.Add(service, times = new Queue<DateTimeOffset>());
        }

        times.Enqueue(now);
    }

    private int Recently(NamespacedName service, DateTimeOffset now)
    {
        if (!_removed.TryGetValue(service, out Queue<DateTimeOffset>? times))
        {
            return 0;
        }

        while (times.Count > 0 && now - times.Peek() >= Window)
        {
            times.Dequeue();
        }

        if (times.Count == 0)
        {
            _removed.Remove(service);
        }

        return times.Count;
    }
}
