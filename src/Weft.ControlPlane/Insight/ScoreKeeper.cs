using Weft.Contracts.Api;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Traffic;
using Weft.Model;

namespace Weft.ControlPlane.Insight;

/// <summary>Judges every edge and service every ten seconds, and learns what is ordinary for each.</summary>
internal sealed class ScoreKeeper(IFigureSource source, SubscriptionIndex index)
{
    /// <summary>How often, and how long a sample of the baseline is.</summary>
    internal const int EverySeconds = 10;

    /// <summary>What a judgement looks at.</summary>
    internal const int WindowSeconds = 30;

    /// <summary>An edge without traffic for so long must be learnt anew.</summary>
    private const long ForgetSeconds = 24 * 3_600;

    private readonly Dictionary<string, Baseline> _baselines = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Id, string Kind), long> _since = [];
    private IReadOnlyDictionary<string, ScoreItem> _edges = new Dictionary<string, ScoreItem>();
    private IReadOnlyDictionary<string, ScoreItem> _services = new Dictionary<string, ScoreItem>();
    private long _lastStep;

    /// <summary>The newest judgement; null without traffic.</summary>
    internal ScoreItem? Find(string id)
        => Volatile.Read(ref _edges).TryGetValue(id, out ScoreItem? edge) ? edge : Volatile.Read(ref _services).GetValueOrDefault(id);

    internal ScoreList List(string by)
    {
        IReadOnlyDictionary<string, ScoreItem> items = by == "edge" ? Volatile.Read(ref _edges) : Volatile.Read(ref _services);
        return new ScoreList { Items = [.. items.Values.OrderBy(static item => item.Score ?? 101).ThenBy(static item => item.Id, StringComparer.Ordinal)] };
    }

    /// <summary>Judges when ten seconds are over. To be called about once a second, by one caller.</summary>
    internal async ValueTask UpdateAsync(DateTimeOffset now, CancellationToken stop)
    {
        long second = now.ToUnixTimeSeconds();
        long step = second - (second % EverySeconds);
        if (step <= _lastStep)
        {
            return;
        }

        _lastStep = step;
        TimeSpanOfSeconds window = new(step - WindowSeconds, step);
        TimeSpanOfSeconds sample = new(step - EverySeconds, step);
        Volatile.Write(ref _edges, await JudgeAsync(SeriesFamily.Edge, window, sample, stop));
        Volatile.Write(ref _services, await JudgeAsync(SeriesFamily.Service, window, sample, stop));
        Forget(step);
    }

    private async ValueTask<Dictionary<string, ScoreItem>> JudgeAsync(
        SeriesFamily family, TimeSpanOfSeconds window, TimeSpanOfSeconds sample, CancellationToken stop)
    {
        IReadOnlyDictionary<string, ScoreItem> before = family == SeriesFamily.Edge ? _edges : _services;
        Dictionary<string, Figures> recent = await GroupAsync(family, window, stop);
        Dictionary<string, ScoreItem> judged = new(recent.Count, StringComparer.Ordinal);
        HashSet<string> slow = new(StringComparer.Ordinal);
        foreach ((string id, Figures figures) in recent)
        {
            if (figures.Count == 0)
            {
                continue;
            }

            if (!_baselines.TryGetValue(id, out Baseline? baseline))
            {
                _baselines.Add(id, baseline = new Baseline());
            }

            List<Penalty> penalties = Judge.Of(figures, baseline, MayBeEncrypted(id), source.NameOfReason);
            ScoreItem item = ItemOf(before, id, penalties, sample.From);
            judged.Add(item.Id, item);
            ForgetOthers(id, penalties);
            if (penalties.Exists(static penalty => penalty.Kind == "latency"))
            {
                slow.Add(id);
            }
        }

        // One window after the other: the figures of a large mesh are tens of megabytes.
        Release(recent);
        await LearnAsync(family, sample, slow, stop);
        return judged;
    }

    /// <summary>Nearly everything is well, and was so before: its item stays the same, old in the eyes of the collector and no new garbage.</summary>
    private ScoreItem ItemOf(IReadOnlyDictionary<string, ScoreItem> before, string id, List<Penalty> penalties, long now)
        => penalties.Count == 0 && before.TryGetValue(id, out ScoreItem? old) && old.Penalties.Count == 0
            ? old
            : new ScoreItem { Id = id, Score = Judge.ScoreOf(penalties), Penalties = [.. penalties.Select(penalty => WithSince(id, penalty, now))] };

    /// <summary>What the newest sample says goes into the baselines of everything that was judged.</summary>
    private async ValueTask LearnAsync(SeriesFamily family, TimeSpanOfSeconds sample, HashSet<string> slow, CancellationToken stop)
    {
        Dictionary<string, Figures> newest = await GroupAsync(family, sample, stop);
        foreach ((string id, Figures figures) in newest)
        {
            if (figures.Count > 0 && _baselines.TryGetValue(id, out Baseline? baseline))
            {
                baseline.Add(figures, slow.Contains(id), sample.To);
            }
        }

        Release(newest);
    }

    private static void Release(Dictionary<string, Figures> groups)
    {
        foreach (Figures figures in groups.Values)
        {
            FigurePool.GiveBack(figures);
        }
    }

    private async ValueTask<Dictionary<string, Figures>> GroupAsync(SeriesFamily family, TimeSpanOfSeconds span, CancellationToken stop)
    {
        Dictionary<string, Figures> groups = new(StringComparer.Ordinal);
        foreach (SeriesSum sum in await source.SumAsync(family, Side.Client, span, stop))
        {
            string id = family == SeriesFamily.Edge ? EdgeGroup.IdOf(sum.Key.Source, sum.Key.Subject) : sum.Key.Subject;
            if (!groups.TryAdd(id, sum.Figures))
            {
                groups[id].Add(sum.Figures);
                FigurePool.GiveBack(sum.Figures);
            }
        }

        return groups;
    }

    /// <summary>Whether the callee is a service of the mesh: nobody can be blamed for plain text to something else.</summary>
    private bool MayBeEncrypted(string id)
    {
        string service = id[(id.IndexOf('>', StringComparison.Ordinal) + 1)..];
        return NamespacedName.Find(service) is { } name
            && index.View.Services.TryGetValue(name, out Generation.MeshService? known)
            && known.Members.Any(static member => member.TunnelPort != 0);
    }

    private Penalty WithSince(string id, Penalty penalty, long now)
    {
        if (!_since.TryGetValue((id, penalty.Kind), out long since))
        {
            _since.Add((id, penalty.Kind), since = now);
        }

        return penalty with { Since = DateTimeOffset.FromUnixTimeSeconds(since) };
    }

    private void ForgetOthers(string id, List<Penalty> penalties)
    {
        foreach (string kind in (ReadOnlySpan<string>)["errors", "latency", "saturation", "security"])
        {
            if (!penalties.Exists(penalty => penalty.Kind == kind))
            {
                _since.Remove((id, kind));
            }
        }
    }

    private void Forget(long now)
    {
        foreach ((string id, Baseline baseline) in _baselines)
        {
            if (baseline.LastSeen < now - ForgetSeconds && baseline.Samples > 0)
            {
                _baselines.Remove(id);
                ForgetOthers(id, []);
            }
        }
    }
}
