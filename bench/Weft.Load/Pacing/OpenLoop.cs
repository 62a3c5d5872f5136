using System.Diagnostics;
using Weft.Load.Measuring;

namespace Weft.Load.Pacing;

/// <summary>Starts requests at a fixed rate whatever becomes of those before: the schedule does not wait for the server.</summary>
internal sealed class OpenLoop(IReadOnlyList<IRequestKind> kinds, double ratePerS, TimeSpan requestTimeout)
{
    // A server that answers nothing must not make this program grow without end; what is refused here is counted as lost.
    private const int OutstandingMax = 20_000;

    private readonly int[] _order = Spread(kinds);
    private volatile bool _stopping;
    private long _outstanding;

    public Recorder Recorder { get; private set; } = new(Stopwatch.GetTimestamp());

    public long Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>Sets time to zero; to be called once, just before <see cref="RunAsync"/>.</summary>
    public void Begin() => Recorder = new Recorder(Stopwatch.GetTimestamp());

    /// <summary>No new request starts after this; those under way go on.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Runs for <paramref name="duration"/> (zero: until <see cref="Stop"/>), then waits for what is outstanding.
    /// Returns how long requests were being started.</summary>
    public async Task<TimeSpan> RunAsync(TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread pacer = new(() =>
        {
            Pace(start, duration);
            sent.SetResult();
        }) { IsBackground = true, Name = "pacer" };
        pacer.Start();
        await sent.Task;
        TimeSpan sending = Stopwatch.GetElapsedTime(start);
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(10));
        long patienceEnds = Stopwatch.GetTimestamp() + (long)((requestTimeout.TotalSeconds + 1) * Stopwatch.Frequency);
        while (Outstanding > 0 && Stopwatch.GetTimestamp() < patienceEnds)
        {
            await look.WaitForNextTickAsync();
        }

        return sending;
    }

    private void Pace(long start, TimeSpan duration)
    {
        MonotonicClock.BePunctual();
        double interval = Stopwatch.Frequency / ratePerS;
        long count = duration > TimeSpan.Zero ? (long)(duration.TotalSeconds * ratePerS) : long.MaxValue;
        for (long number = 0; number < count && !_stopping; number++)
        {
            long intended = start + (long)(number * interval);
            while (Stopwatch.GetTimestamp() < intended && !_stopping)
            {
                // In steps, so that a slow rate does not make stopping slow.
                MonotonicClock.SleepUntil(Math.Min(intended, Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10)));
            }

            if (!_stopping)
            {
                Launch(kinds[_order[number % _order.Length]], number, intended);
            }
        }
    }

    private void Launch(IRequestKind kind, long number, long intended)
    {
        KindTally tally = Recorder.Kind(kind.Name);
        tally.AddSent();
        if (Interlocked.Increment(ref _outstanding) > OutstandingMax)
        {
            Interlocked.Decrement(ref _outstanding);
            Recorder.Record(tally, intended, Outcome.Fail("overrun"));
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static async state =>
            {
                using CancellationTokenSource limit = new(state.Loop.RequestTimeout);
                Outcome outcome = await state.Kind.RunAsync(state.Number, limit.Token);
                state.Loop.Recorder.Record(state.Tally, state.Intended, in outcome);
                Interlocked.Decrement(ref state.Loop._outstanding);
            },
            (Loop: this, Kind: kind, Tally: tally, Number: number, Intended: intended),
            preferLocal: false);
    }

    private TimeSpan RequestTimeout => requestTimeout;

    /// <summary>An order in which every kind comes as often as its weight says, mixed evenly and the same in every run.</summary>
    private static int[] Spread(IReadOnlyList<IRequestKind> kinds)
    {
        int total = kinds.Sum(kind => kind.Weight);
        int[] order = new int[total];
        int[] credit = new int[kinds.Count];
        for (int i = 0; i < total; i++)
        {
            int richest = 0;
            for (int k = 0; k < credit.Length; k++)
            {
                credit[k] += kinds[k].Weight;
                richest = credit[k] > credit[richest] ? k : richest;
            }

            credit[richest] -= total;
            order[i] = richest;
        }

        return order;
    }
}
