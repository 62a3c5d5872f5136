using Weft.Load.Measuring;
using Weft.Load.Pacing;
using Xunit;

namespace Weft.Samples.Tests.Load;

public sealed class OpenLoopTests
{
    [Fact]
    public async Task The_rate_does_not_depend_on_the_answers()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeKind stuck = new("stuck", 1, async limit =>
        {
            await gate.Task.WaitAsync(limit);
            return Outcome.Ok;
        });
        OpenLoop loop = new([stuck], 400, TimeSpan.FromSeconds(30));
        Task<TimeSpan> run = loop.RunAsync(TimeSpan.FromMilliseconds(500));
        while (stuck.Started < 200)
        {
            await Task.Yield();
        }

        // All 200 are under way although not one has been answered.
        Assert.Equal(200, loop.Outstanding);
        gate.SetResult();
        await run;
        Summary summary = Summary.Of(loop.Recorder, TimeSpan.FromMilliseconds(500));
        Assert.Equal((200, 200, 0), (summary.Sent, summary.Ok, summary.Lost));
    }

    [Fact]
    public async Task Latency_counts_from_the_intended_time()
    {
        // The first request holds up the pool of one for 300 ms; those behind it must show what they waited.
        SemaphoreSlim turn = new(1);
        int first = 0;
        FakeKind kind = new("queued", 1, async limit =>
        {
            await turn.WaitAsync(limit);
            if (Interlocked.Exchange(ref first, 1) == 0)
            {
                await Task.Delay(300, limit);
            }

            turn.Release();
            return Outcome.Ok;
        });
        OpenLoop loop = new([kind], 100, TimeSpan.FromSeconds(30));
        loop.Begin();
        await loop.RunAsync(TimeSpan.FromMilliseconds(100));
        Summary summary = Summary.Of(loop.Recorder, TimeSpan.FromMilliseconds(100));
        Assert.Equal(10, summary.Ok);
        Assert.InRange(summary.P50Ms, 200, 5_000);
    }

    [Fact]
    public async Task Kinds_come_as_often_as_they_weigh()
    {
        FakeKind[] kinds = [Quick("a", 7), Quick("b", 2), Quick("c", 1)];
        OpenLoop loop = new(kinds, 2_000, TimeSpan.FromSeconds(30));
        await loop.RunAsync(TimeSpan.FromMilliseconds(100));
        Assert.Equal([140, 40, 20], kinds.Select(kind => kind.Started));
    }

    [Fact]
    public async Task Failures_and_what_never_answered_are_lost()
    {
        FakeKind[] kinds =
        [
            new("bad", 1, _ => Task.FromResult(Outcome.Fail("status-500"))),
            new("never", 1, async limit =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
                return Outcome.Ok;
            }),
        ];
        OpenLoop loop = new(kinds, 200, TimeSpan.FromMilliseconds(50));
        await loop.RunAsync(TimeSpan.FromMilliseconds(100));
        Summary summary = Summary.Of(loop.Recorder, TimeSpan.FromMilliseconds(100));
        Assert.Equal((20, 0, 20), (summary.Sent, summary.Ok, summary.Lost));
        Assert.Equal(new Dictionary<string, long> { ["status-500"] = 10, ["unanswered"] = 10 }, summary.Errors);
        Assert.Equal("bad", summary.Failures.First().Kind);
    }

    [Fact]
    public async Task Stopping_sends_no_more_and_waits_for_what_is_under_way()
    {
        FakeKind kind = Quick("quick", 1);
        OpenLoop loop = new([kind], 100, TimeSpan.FromSeconds(30));
        Task<TimeSpan> run = loop.RunAsync(TimeSpan.Zero);
        while (kind.Started < 5)
        {
            await Task.Yield();
        }

        loop.Stop();
        await run;
        Assert.Equal(0, loop.Outstanding);
        Assert.Equal(kind.Started, loop.Recorder.Ok);
    }

    private static FakeKind Quick(string name, int weight) => new(name, weight, _ => Task.FromResult(Outcome.Ok));

    private sealed class FakeKind(string name, int weight, Func<CancellationToken, Task<Outcome>> run) : IRequestKind
    {
        private int _started;

        public string Name => name;

        public int Weight => weight;

        public int Started => Volatile.Read(ref _started);

        public Task<Outcome> RunAsync(long number, CancellationToken limit)
        {
            Interlocked.Increment(ref _started);
            return run(limit);
        }
    }
}
