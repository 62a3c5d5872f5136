using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Upgrading;

/// <summary>
/// The processes before this one: the sums of those that have ended, and a line to each that still drains. What they count is shown with the
/// process's own counters, so that nobody sees a counter go back. The main thread writes; anybody may read.
/// </summary>
internal sealed class Ancestors(TimeProvider clock)
{
    private ProcessSums _ended = new(clock);
    private (HandoverChannel Channel, ProcessSums Sums)[] _draining = [];
    private Meters[] _meters = [];
    private ProcessSums[] _all = [];

    /// <summary>The counters of all of them. Any thread.</summary>
    public IReadOnlyList<Meters> Meters => Volatile.Read(ref _meters);

    public ProcessSums Ended => _ended;

    public IReadOnlyList<(HandoverChannel Channel, ProcessSums Sums)> Draining => _draining;

    public bool AnyDraining => Volatile.Read(ref _draining).Length > 0;

    /// <summary>One of their counters of the control thread, summed. Any thread.</summary>
    public long Figure(string name) => Volatile.Read(ref _all).Sum(sums => sums.Figures.GetValueOrDefault(name));

    /// <summary>Begins with what the predecessor handed over.</summary>
    public void Adopt(ProcessSums ended, IEnumerable<(HandoverChannel Channel, ProcessSums Sums)> draining)
    {
        _ended = ended;
        Publish([.. draining]);
    }

    /// <summary>Takes what they have told since the last time, and adds up those that have ended.</summary>
    public void Listen()
    {
        bool ended = false;
        foreach ((HandoverChannel channel, ProcessSums sums) in _draining)
        {
            while (channel.TryReceive(out HandoverMessage kind, out ReadOnlySpan<byte> payload, out _))
            {
                sums.Take(kind, payload);
            }

            if (channel.IsBroken)
            {
                _ended = _ended.With(sums);
                channel.Dispose();
                ended = true;
            }
        }

        if (ended)
        {
            Publish([.. _draining.Where(static one => !one.Channel.IsBroken)]);
        }
    }

    /// <summary>Asks all of them to come to their end as after SIGTERM.</summary>
    public void Stop()
    {
        foreach ((HandoverChannel channel, _) in _draining)
        {
            channel.Send(HandoverMessage.Stop, "");
        }
    }

    /// <summary>Lets go of the lines: somebody else has them now.</summary>
    public void Forget()
    {
        foreach ((HandoverChannel channel, _) in _draining)
        {
            channel.Dispose();
        }

        Publish([]);
    }

    private void Publish((HandoverChannel Channel, ProcessSums Sums)[] draining)
    {
        ProcessSums[] all = [_ended, .. draining.Select(static one => one.Sums)];
        Volatile.Write(ref _all, all);
        Volatile.Write(ref _meters, [.. all.Select(static sums => sums.Meters)]);
        Volatile.Write(ref _draining, draining);
    }
}
