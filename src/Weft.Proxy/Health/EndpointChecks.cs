using Weft.Proxy.Engine;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Health;

/// <summary>
/// Checks endpoints that nobody else checks, each at its own interval, and tells when what is known of one changes. Checks are spread over time, and only so many are
/// under way at once: whoever is due then waits. Control thread only.
/// </summary>
/// <param name="loop">The control loop.</param>
/// <param name="makeProbe">Makes what asks an endpoint.</param>
/// <param name="turned">Told of an endpoint whose health is another now; null when it is not checked any more.</param>
/// <param name="random">Spreads the checks.</param>
internal sealed class EndpointChecks(EventLoop loop, Func<CheckedPlace, IHealthProbe> makeProbe, Action<CheckedPlace, Contracts.Mesh.Health?> turned, Random random)
{
    /// <summary>Checks that are under way at once.</summary>
    public const int ConcurrentMax = 64;

    /// <summary>Endpoints that are checked; further ones are used unchecked.</summary>
    public const int PlacesMax = 4_096;

    /// <summary>Within this time the first checks are spread, and within this time for each endpoint when there are few.</summary>
    private const int SpreadMs = 5_000;
    private const int SpreadPerPlaceMs = 10;

    /// <summary>How far an interval is off, in either direction, so that endpoints that began together drift apart.</summary>
    private const double Jitter = 0.1;

    private readonly Dictionary<string, Dictionary<string, EndpointCheck>> _groups = new(StringComparer.Ordinal);
    private readonly Queue<EndpointCheck> _waiting = new();
    private readonly Dictionary<string, int> _left = new(StringComparer.Ordinal);
    private int _count;
    private int _running;
    private long _passed;
    private long _failed;

    /// <summary>Checks under way.</summary>
    public int Running => _running;

    public CheckFigures Figures
    {
        get
        {
            int[] counts = new int[4];
            foreach (EndpointCheck check in All)
            {
                counts[(int)check.Health]++;
            }

            return new CheckFigures(
                counts[(int)Contracts.Mesh.Health.Healthy], counts[(int)Contracts.Mesh.Health.Unhealthy], counts[(int)Contracts.Mesh.Health.Unknown], _left.Values.Sum(), _passed, _failed);
        }
    }

    /// <summary>Those that have been checked once at least, in no order.</summary>
    public IEnumerable<EndpointCheck> Known => All.Where(static check => check.Judge.IsKnown);

    private IEnumerable<EndpointCheck> All => _groups.Values.SelectMany(static group => group.Values);

    public EndpointCheck? Find(string group, string key) => _groups.GetValueOrDefault(group)?.GetValueOrDefault(key);

    /// <summary>From now on these endpoints of a group are checked, and no others of it. What is known of those that stay is kept.</summary>
    public void Replace(string group, IReadOnlyList<CheckedPlace> places)
    {
        Dictionary<string, EndpointCheck> before = _groups.GetValueOrDefault(group, []);
        Dictionary<string, EndpointCheck> after = new(StringComparer.Ordinal);
        List<CheckedPlace> added = [];
        foreach (CheckedPlace place in places)
        {
            if (before.Remove(place.Key, out EndpointCheck? known))
            {
                Change(known, place);
                after.Add(place.Key, known);
            }
            else
            {
                added.Add(place);
            }
        }

        foreach (EndpointCheck gone in before.Values)
        {
            Stop(gone);
            turned(gone.Place, null);
        }

        int room = Math.Min(added.Count, PlacesMax - _count);
        NoteLeft(group, added.Count - room);
        _count += room;
        foreach (CheckedPlace place in added.Take(room))
        {
            after.Add(place.Key, Begin(place));
        }

        _groups.Remove(group);
        if (after.Count > 0)
        {
            _groups.Add(group, after);
        }
    }

    /// <summary>Checks nothing more. What was found stays.</summary>
    public void Stop()
    {
        foreach (EndpointCheck check in All)
        {
            Stop(check);
        }

        _groups.Clear();
        _waiting.Clear();
    }

    private EndpointCheck Begin(CheckedPlace place)
    {
        EndpointCheck check = new(place, makeProbe(place), new HealthJudge(place.Rule.UnhealthyThreshold, place.Rule.HealthyThreshold));
        check.Timer = new LoopTimer(loop, () => Due(check));
        check.Timer.Set(random.Next(Math.Min(place.Rule.IntervalMs, Math.Min(SpreadMs, _count * SpreadPerPlaceMs)) + 1));
        return check;
    }

    private void Change(EndpointCheck check, CheckedPlace place)
    {
        if (check.Place == place)
        {
            return;
        }

        bool moved = check.Place.Where != place.Where;
        bool sooner = place.Rule.IntervalMs < check.Place.Rule.IntervalMs;
        (check.Place, check.Probe) = (place, makeProbe(place));
        check.Judge = moved
            ? new HealthJudge(place.Rule.UnhealthyThreshold, place.Rule.HealthyThreshold)
            : check.Judge.With(place.Rule.UnhealthyThreshold, place.Rule.HealthyThreshold);
        if (moved)
        {
            turned(place, Contracts.Mesh.Health.Unknown);
        }

        if ((moved || sooner) && !check.IsBusy)
        {
            check.Timer.Set(random.Next(Math.Min(place.Rule.IntervalMs, SpreadMs)));
        }
    }

    private void Stop(EndpointCheck check)
    {
        check.IsStopped = true;
        check.Timer.Remove();
        _count--;
    }

    private void Due(EndpointCheck check)
    {
        check.IsBusy = true;
        if (_running < ConcurrentMax)
        {
            _ = RunAsync(check);
        }
        else
        {
            _waiting.Enqueue(check);
        }
    }

    private async Task RunAsync(EndpointCheck check)
    {
        _running++;
        IHealthProbe probe = check.Probe;
        string? fault;
        try
        {
            fault = await probe.ProbeAsync();
        }
        catch (Exception bug)
        {
            MeshBug.Report($"a health check failed: {bug}");
            fault = "the check itself failed";
        }

        _running--;
        check.IsBusy = false;
        if (!check.IsStopped)
        {
            // What an earlier target said counts for nothing.
            if (ReferenceEquals(probe, check.Probe))
            {
                Take(check, fault);
            }

            check.Timer.Set((long)(check.Place.Rule.IntervalMs * (1 + (Jitter * ((2 * random.NextDouble()) - 1)))));
        }

        loop.Ready(StartWaiting);
    }

    private void StartWaiting()
    {
        while (_running < ConcurrentMax && _waiting.TryDequeue(out EndpointCheck? check))
        {
            if (!check.IsStopped)
            {
                _ = RunAsync(check);
                return;
            }
        }
    }

    private void Take(EndpointCheck check, string? fault)
    {
        _ = fault is null ? _passed++ : _failed++;
        Contracts.Mesh.Health before = check.Health;
        check.Judge.Take(fault);
        if (check.Health != before)
        {
            check.TurnedMs = loop.NowMs;
            turned(check.Place, check.Health);
        }
    }

    private void NoteLeft(string group, int left)
    {
        if (left > 0 && left != _left.GetValueOrDefault(group))
        {
            ProxyLog.Warn($"no room to check {left} endpoints{(group.Length > 0 ? " of " + group : "")} ({PlacesMax} are checked): they are used unchecked");
        }

        if (left > 0)
        {
            _left[group] = left;
        }
        else
        {
            _left.Remove(group);
        }
    }
}
