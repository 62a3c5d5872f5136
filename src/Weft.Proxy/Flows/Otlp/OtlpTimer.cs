using System.Globalization;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>The time that one request may take, from its first dial to the end of the answer.</summary>
internal sealed class OtlpTimer
{
    private readonly LoopTimer _timer;
    private Action? _end;

    public OtlpTimer(EventLoop loop)
    {
        Changed = new Signal(loop);
        StartedMs = loop.NowMs;
        _timer = new LoopTimer(loop, OnLate);
        _timer.Set(OtlpCollectors.AnswerMs);
    }

    /// <summary>When it began, by the loop's clock.</summary>
    public long StartedMs { get; }

    /// <summary>Set when time is over. Whatever else the request waits for may set it, too.</summary>
    public Signal Changed { get; }

    public bool IsLate { get; private set; }

    /// <summary>Called when time is over; at once, if it is.</summary>
    public void WhenLate(Action end)
    {
        _end = end;
        if (IsLate)
        {
            end();
        }
    }

    /// <summary>Why the request failed, where <paramref name="fault"/> may be nothing but our own giving up.</summary>
    public string Explain(string fault) => IsLate ? string.Create(CultureInfo.InvariantCulture, $"no answer within {OtlpCollectors.AnswerMs / 1_000} s") : fault;

    public void Remove() => _timer.Remove();

    private void OnLate()
    {
        IsLate = true;
        Changed.Set();
        _end?.Invoke();
    }
}
