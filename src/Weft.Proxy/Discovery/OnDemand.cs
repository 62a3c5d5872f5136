using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Discovery;

/// <summary>
/// How the exchanges of one worker ask for what the snapshot does not have. A question goes to the control thread and the answer comes
/// back through the loops' queues; the exchange that asked waits, others go on. What is known not to exist is remembered for a while, so
/// that traffic out of the mesh does not ask for every connection. Worker thread only.
/// </summary>
internal sealed class OnDemand(EventLoop worker, EventLoop control, ConfigStore config, string ownNamespace)
{
    /// <summary>Questions of one worker that may wait; more are answered <see cref="Lookup.Unknown"/> at once.</summary>
    public const int WaitingMax = 1_024;

    /// <summary>Names remembered as absent; at the bound all are forgotten, which costs a question each.</summary>
    public const int AbsentMax = 4_096;

    /// <summary>
    /// How long absence is remembered. When a name begins to exist the snapshot has it and nobody asks; the limit only makes names that are
    /// in use touch their subscription.
    /// </summary>
    public const int AbsentMs = 60_000;

    private readonly Dictionary<Question, long> _absentUntilMs = [];
    private readonly Dictionary<Question, Waiting> _waiting = [];

    public int WaitingCount => _waiting.Count;

    /// <summary>What a host name means. After <see cref="Lookup.Found"/> the current snapshot has it, with its service whole.</summary>
    public ValueTask<Lookup> ResolveHostAsync(string host) =>
        host.Length is 0 or > Question.HostMax ? new(Lookup.Absent) : AskAsync(Question.Host(host, ownNamespace));

    /// <summary>What an address means; its port does not matter.</summary>
    public ValueTask<Lookup> ResolveAddressAsync(NetAddress address) => AskAsync(Question.Address(address.HostText));

    /// <summary>Waits for a service to be whole.</summary>
    /// <param name="name">"namespace/name".</param>
    public ValueTask<Lookup> ServiceAsync(string name) => AskAsync(Question.Service(name));

    private ValueTask<Lookup> AskAsync(Question question)
    {
        if (_absentUntilMs.TryGetValue(question, out long untilMs))
        {
            if (untilMs > worker.NowMs)
            {
                return new(Lookup.Absent);
            }

            _absentUntilMs.Remove(question);
        }

        if (!_waiting.TryGetValue(question, out Waiting? waiting))
        {
            if (_waiting.Count >= WaitingMax)
            {
                return new(Lookup.Unknown);
            }

            waiting = new Waiting();
            _waiting.Add(question, waiting);
            control.Post(() => config.Ask(question, control.NowMs, lookup => worker.Post(() => Answer(question, lookup))));
        }

        return WaitAsync(waiting);
    }

    private async ValueTask<Lookup> WaitAsync(Waiting waiting)
    {
        Signal answered = new(worker);
        waiting.Signals.Add(answered);
        while (waiting.Answer is null)
        {
            await answered;
        }

        return waiting.Answer.Value;
    }

    private void Answer(Question question, Lookup lookup)
    {
        if (lookup == Lookup.Absent)
        {
            if (_absentUntilMs.Count >= AbsentMax)
            {
                _absentUntilMs.Clear();
            }

            _absentUntilMs[question] = worker.NowMs + AbsentMs;
        }

        if (_waiting.Remove(question, out Waiting? waiting))
        {
            waiting.Answer = lookup;
            waiting.Signals.ForEach(static signal => signal.Set());
        }
    }

    /// <summary>The exchanges that wait for one answer.</summary>
    private sealed class Waiting
    {
        public List<Signal> Signals { get; } = [];

        public Lookup? Answer { get; set; }
    }
}
