using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.Primitives;
using Weft.Proxy.Discovery;
using Weft.Proxy.Engine;
using Weft.Proxy.Tests.Testing;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Tests.Discovery;

public sealed class OnDemandTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly EventLoop _worker;
    private readonly EventLoop _control;
    private readonly ConfigStore _store = new("shop/web", new Current<MeshSnapshot>(MeshSnapshot.Empty));
    private readonly OnDemand _onDemand;

    public OnDemandTests()
    {
        _worker = new EventLoop(new NullPoller(), _clock);
        _control = new EventLoop(new NullPoller(), _clock);
        _onDemand = new OnDemand(_worker, _control, _store, "shop");
        _ = _store.FirstRequests(new Node()).ToArray();
    }

    public void Dispose()
    {
        _worker.Dispose();
        _control.Dispose();
    }

    [Fact]
    public void Exchanges_that_ask_the_same_share_one_question_and_all_get_the_answer()
    {
        ValueTask<Lookup> first = _onDemand.ResolveHostAsync("nowhere");
        ValueTask<Lookup> second = _onDemand.ResolveHostAsync("nowhere");
        Turn();
        Assert.Equal(1, _onDemand.WaitingCount);
        Assert.Single(_store.NextRequests().SelectMany(static r => r.ResourceNamesSubscribe));
        Absent("host/nowhere@shop");
        Assert.Equal((Lookup.Absent, Lookup.Absent), (Result(first), Result(second)));
    }

    [Fact]
    public void What_does_not_exist_is_remembered_and_asked_again_after_a_minute()
    {
        _ = _onDemand.ResolveHostAsync("nowhere");
        Turn();
        Absent("host/nowhere@shop");
        Assert.Equal(Lookup.Absent, Result(_onDemand.ResolveHostAsync("nowhere")));
        Assert.Equal(0, _onDemand.WaitingCount);

        _clock.AdvanceMs(OnDemand.AbsentMs + 1);
        Turn();
        ValueTask<Lookup> again = _onDemand.ResolveHostAsync("nowhere");
        Assert.Equal(1, _onDemand.WaitingCount);
        Turn();
        Assert.Equal(Lookup.Absent, Result(again));
    }

    [Fact]
    public void Questions_that_wait_are_bounded()
    {
        for (int i = 0; i < OnDemand.WaitingMax; i++)
        {
            Assert.False(_onDemand.ResolveHostAsync($"n{i}").IsCompleted);
        }

        Assert.Equal(Lookup.Unknown, Result(_onDemand.ResolveHostAsync("one-more")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(254)]
    public void A_name_that_cannot_be_a_host_is_absent_without_asking(int length)
    {
        Assert.Equal(Lookup.Absent, Result(_onDemand.ResolveHostAsync(new string('a', length))));
    }

    private static Lookup Result(ValueTask<Lookup> task)
    {
        Assert.True(task.IsCompleted);
        return task.Result;
    }

    private void Absent(string name)
    {
        _store.Apply(Resources.Response(TypeUrls.Destination, [], [name]), _control.NowMs);
        Turn();
    }

    private void Turn()
    {
        while (_control.RunOnce() | _worker.RunOnce())
        {
        }
    }
}
