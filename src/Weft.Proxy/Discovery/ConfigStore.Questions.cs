using Weft.Contracts;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Discovery;

/// <content>Questions: what a snapshot does not have and somebody needs now.</content>
internal sealed partial class ConfigStore
{
    /// <summary>How long a question waits for its first answer.</summary>
    public const int AnswerMs = 500;

    /// <summary>Questions that may wait at once; more are answered <see cref="Lookup.Unknown"/>.</summary>
    public const int QuestionsMax = 4096;

    /// <summary>Without a control plane for longer than a moment nobody waits for it.</summary>
    private const int OfflineGraceMs = 2_000;

    private readonly List<Pending> _pending = [];
    private long? _offlineSinceMs;

    /// <summary>Called when a question begins to wait, so that somebody calls <see cref="ExpireQuestions"/> in time.</summary>
    public Action? Waits { get; set; }

    /// <summary>Loop time in ms when the first waiting question must be answered; null when none waits.</summary>
    public long? NextDeadlineMs => _pending.Count == 0 ? null : _pending.Min(static p => p.DeadlineMs);

    /// <summary>Asks; answers at once from what is known, otherwise when the control plane has answered or <see cref="AnswerMs"/> is over.</summary>
    public void Ask(Question question, long nowMs, Action<Lookup> answer)
    {
        if (Subscribe(question.Key, nowMs) is null || _pending.Count >= QuestionsMax)
        {
            answer(Lookup.Unknown);
            return;
        }

        if (ServiceOf(question) is { } service)
        {
            WantService(service, nowMs);
            TouchService(service, nowMs);
        }

        if (Judge(question) is { } known)
        {
            answer(known);
        }
        else if (_offlineSinceMs is { } since && nowMs - since > OfflineGraceMs)
        {
            answer(Lookup.Unknown);
        }
        else
        {
            _pending.Add(new Pending(question, nowMs + AnswerMs, answer));
            Waits?.Invoke();
        }

        TellWanted();
    }

    /// <summary>The control plane answers.</summary>
    public void WentOnline() => _offlineSinceMs = null;

    /// <summary>The control plane is gone.</summary>
    public void WentOffline(long nowMs) => _offlineSinceMs ??= nowMs;

    /// <summary>Ends the questions whose time is up.</summary>
    public void ExpireQuestions(long nowMs) => Settle(nowMs);

    private void Settle(long nowMs)
    {
        // Answers may ask again: they run after the list is consistent.
        List<(Action<Lookup> Answer, Lookup Lookup)> settled = [];
        _pending.RemoveAll(pending =>
        {
            Lookup? lookup = Judge(pending.Question) ?? (pending.DeadlineMs <= nowMs ? Lookup.Unknown : null);
            if (lookup is { } known)
            {
                settled.Add((pending.Answer, known));
            }

            return lookup is not null;
        });
        foreach ((Action<Lookup> answer, Lookup lookup) in settled)
        {
            answer(lookup);
        }
    }

    /// <summary>The answer as far as it is known; null while the control plane owes one.</summary>
    private Lookup? Judge(Question question)
    {
        if (question.TypeUrl == TypeUrls.Service)
        {
            return JudgeService(question.Name, withBackends: true);
        }

        return Subscriptions.Find(question.Key)?.State switch
        {
            ResourceState.Absent => Lookup.Absent,
            ResourceState.Present when _serviceOf.TryGetValue(question.Key, out string? service) => JudgeService(service, withBackends: true),
            _ => null,
        };
    }

    private Lookup? JudgeService(string name, bool withBackends)
    {
        switch (Subscriptions.Find(new ResourceKey(TypeUrls.Service, name))?.State)
        {
            case ResourceState.Absent:
                return Lookup.Absent;
            case ResourceState.Present when Snapshot.TryGetService(name, out ServiceView? service) && service.IsWhole:
                bool whole = !withBackends || BackendsOf(service).All(backend => JudgeService(backend, withBackends: false) is not null);
                return whole ? Lookup.Found : null;
            default:
                return null;
        }
    }

    private string? ServiceOf(Question question) =>
        question.TypeUrl == TypeUrls.Service ? question.Name : _serviceOf.GetValueOrDefault(question.Key);

    private readonly record struct Pending(Question Question, long DeadlineMs, Action<Lookup> Answer);
}
