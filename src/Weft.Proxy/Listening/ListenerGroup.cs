namespace Weft.Proxy.Listening;

/// <summary>
/// The listeners that the workers of a process have for one address. The kernel spreads connections over them by a hash, and few connections that live long fall
/// unevenly: 2 of 8 would often be 6. So whoever accepts one while another worker has fewer open hands it on.
/// </summary>
/// <param name="workers">How many workers there are.</param>
internal sealed class ListenerGroup(int workers)
{
    /// <summary>
    /// Beyond one connection, and this part of what is open, the difference counts: handing on costs a wake-up of the other worker, which brief connections by the
    /// thousand are not worth.
    /// </summary>
    private const int Tolerance = 16;

    private readonly Listener?[] _members = new Listener?[workers];

    /// <summary>Takes part. Any thread; of several listeners of one worker the first.</summary>
    public void Join(int worker, Listener listener) => Interlocked.CompareExchange(ref _members[worker], listener, null);

    /// <summary>Who shall have the next connection: the one that accepted it, or another with clearly fewer open.</summary>
    public Listener Choose(Listener accepted)
    {
        Listener least = accepted;
        foreach (ref Listener? member in _members.AsSpan())
        {
            if (Volatile.Read(ref member) is { } other && other.Budget.HasRoom && other.Budget.Open < least.Budget.Open)
            {
                least = other;
            }
        }

        int own = accepted.Budget.Open;
        return own - least.Budget.Open >= 1 + (own / Tolerance) ? least : accepted;
    }
}
