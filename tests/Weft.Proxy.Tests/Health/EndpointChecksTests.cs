using System.Globalization;
using System.Text;
using Weft.Primitives.Net;
using Weft.Proxy.Health;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Telemetry;
using Weft.Proxy.Tests.Testing;
using Weft.Proxy.Upstreams;
using Weft.Routing;
using Weft.Testing;

namespace Weft.Proxy.Tests.Health;

/// <summary>When endpoints are checked, how many at once, and what becomes of the results; the clock is the test's.</summary>
[Collection(nameof(BugTrap))]
public sealed class EndpointChecksTests : IDisposable
{
    private readonly CheckRig _rig = new();
    private readonly Action<string> _sink = ProxyLog.Sink;
    private readonly List<string> _log = [];

    public EndpointChecksTests() => ProxyLog.Sink = _log.Add;

    public void Dispose() => ProxyLog.Sink = _sink;

    [Fact]
    public void The_first_check_decides_then_two_failures_then_one_success()
    {
        _rig.Answers["a"] = null;
        _rig.Checks.Replace("shop/db", [CheckRig.Place("a")]);
        Assert.Equal(Contracts.Mesh.Health.Unknown, _rig.Checks.Find("shop/db", "a")!.Health);
        _rig.Pass(100);
        Assert.Equal(["a Healthy"], _rig.Turns);

        _rig.Answers["a"] = "refused";
        _rig.Pass(1_150);
        Assert.Equal(["a Healthy"], _rig.Turns);
        _rig.Pass(1_100);
        Assert.Equal(["a Healthy", "a Unhealthy"], _rig.Turns);

        _rig.Answers["a"] = null;
        _rig.Pass(1_150);
        Assert.Equal(["a Healthy", "a Unhealthy", "a Healthy"], _rig.Turns);
        Assert.Equal(new CheckFigures(1, 0, 0, 0, 2, 2), _rig.Checks.Figures);
    }

    [Fact]
    public void An_endpoint_that_is_ill_from_the_start_is_known_at_once()
    {
        _rig.Answers["a"] = "refused";
        _rig.Checks.Replace("shop/db", [CheckRig.Place("a", intervalMs: 3_600_000)]);
        _rig.Pass(100);
        Assert.Equal(["a Unhealthy"], _rig.Turns);
    }

    [Fact]
    public void A_thousand_endpoints_are_not_asked_at_one_moment()
    {
        string[] keys = [.. Enumerable.Range(0, 1_000).Select(static i => i.ToString(CultureInfo.InvariantCulture))];
        foreach (string key in keys)
        {
            _rig.Answers[key] = null;
        }

        _rig.Checks.Replace("shop/db", [.. keys.Select(static key => CheckRig.Place(key, intervalMs: 5_000))]);
        _rig.Pass(5_100);
        Assert.Equal(1_000, _rig.Begun.Select(static begun => begun.Key).Distinct().Count());
        Assert.InRange(MostWithin(100), 1, 60);

        // They drift apart instead of coming together.
        _rig.Begun.Clear();
        _rig.Pass(60_000);
        Assert.InRange(_rig.Begun.Count, 11_000, 13_500);
        Assert.InRange(MostWithin(100), 1, 60);
    }

    [Fact]
    [Limit("Health checks of endpoints that are under way at once")]
    public void Only_so_many_are_asked_at_once_and_the_others_wait_for_room()
    {
        int count = EndpointChecks.ConcurrentMax + 10;
        _rig.Checks.Replace("shop/db", [.. Enumerable.Range(0, count).Select(static i => CheckRig.Place(i.ToString(CultureInfo.InvariantCulture), intervalMs: 100))]);
        _rig.Pass(1_000);
        Assert.Equal(EndpointChecks.ConcurrentMax, _rig.Begun.Count);
        for (int i = 0; i < 10; i++)
        {
            _rig.Hanging.Dequeue().SetResult(null);
            _rig.Settle();
            Assert.Equal(EndpointChecks.ConcurrentMax, _rig.Checks.Running);
        }

        Assert.Equal(count, _rig.Begun.Select(static begun => begun.Key).Distinct().Count());
    }

    [Fact]
    [Limit("Endpoints that a proxy checks itself")]
    public void Endpoints_beyond_the_bound_are_used_unchecked_and_said()
    {
        CheckedPlace[] places = [.. Enumerable.Range(0, EndpointChecks.PlacesMax + 3).Select(static i => CheckRig.Place(i.ToString(CultureInfo.InvariantCulture)))];
        _rig.Checks.Replace("shop/db", places);
        Assert.Equal(3, _rig.Checks.Figures.Unchecked);
        Assert.Contains("no room to check 3 endpoints of shop/db", Assert.Single(_log), StringComparison.Ordinal);
        _rig.Checks.Replace("shop/db", places[10..]);
        Assert.Equal((0, EndpointChecks.PlacesMax - 7), (_rig.Checks.Figures.Unchecked, _rig.Checks.Figures.Unknown));
    }

    [Fact]
    public void An_endpoint_that_goes_is_forgotten_and_one_that_moves_begins_anew()
    {
        (_rig.Answers["a"], _rig.Answers["b"]) = ("refused", "refused");
        _rig.Checks.Replace("shop/db", [CheckRig.Place("a"), CheckRig.Place("b")]);
        _rig.Pass(100);
        _rig.Turns.Clear();

        _rig.Checks.Replace("shop/db", [CheckRig.Place("b")]);
        Assert.Equal(["a gone"], _rig.Turns);
        Assert.Null(_rig.Checks.Find("shop/db", "a"));

        _rig.Checks.Replace("shop/db", [CheckRig.Place("b", port: 81)]);
        Assert.Equal(["a gone", "b Unknown"], _rig.Turns);
        _rig.Answers["b"] = null;
        _rig.Pass(1_100);
        Assert.Equal(["a gone", "b Unknown", "b Healthy"], _rig.Turns);
    }

    [Fact]
    public void Another_rule_keeps_the_verdict_and_a_shorter_interval_counts_at_once()
    {
        _rig.Answers["a"] = "refused";
        _rig.Checks.Replace("shop/db", [CheckRig.Place("a", intervalMs: 3_600_000)]);
        _rig.Pass(100);
        int before = _rig.Begun.Count;
        _rig.Checks.Replace("shop/db", [CheckRig.Place("a", intervalMs: 100)]);
        Assert.Equal(["a Unhealthy"], _rig.Turns);
        _rig.Pass(1_000);
        Assert.InRange(_rig.Begun.Count - before, 8, 12);
        Assert.Equal(["a Unhealthy"], _rig.Turns);
    }

    [Fact]
    public void The_answer_to_a_check_of_where_it_was_before_counts_for_nothing()
    {
        _rig.Checks.Replace("shop/db", [CheckRig.Place("a")]);
        _rig.Pass(100);
        _rig.Checks.Replace("shop/db", [CheckRig.Place("a", port: 81)]);
        _rig.Answers["a"] = null;
        _rig.Hanging.Dequeue().SetResult("refused");
        _rig.Settle();
        Assert.Equal(["a Unknown"], _rig.Turns);
        _rig.Pass(1_200);
        Assert.Equal(["a Unknown", "a Healthy"], _rig.Turns);
    }

    [Fact]
    public void Nothing_is_asked_after_the_end()
    {
        _rig.Answers["a"] = null;
        _rig.Checks.Replace("shop/db", [CheckRig.Place("a", intervalMs: 100)]);
        _rig.Pass(500);
        int before = _rig.Begun.Count;
        _rig.Checks.Stop();
        _rig.Pass(1_000);
        Assert.Equal(before, _rig.Begun.Count);
        Assert.Equal(["a Healthy"], _rig.Turns);
    }

    [Fact]
    public async Task A_probe_goes_over_any_transport_and_ends_in_time()
    {
        MemoryDialer dialer = new(_rig.Loop);
        ProbeTarget target = new(_rig.Loop, _ => dialer, new UpstreamSettings { Address = NetAddress.V4(0x0a000001, 80), Host = "db.example" }, 300);
        Task<string?> good = new HttpProbe(target, "/healthz").ProbeAsync().AsTask();
        MemoryTransport origin = dialer.Accept();
        byte[] buffer = new byte[1_024];
        int length = origin.TryReceive(buffer);
        Assert.StartsWith("GET /healthz HTTP/1.1\r\nhost: db.example:80\r\n", Encoding.ASCII.GetString(buffer, 0, length), StringComparison.Ordinal);
        origin.TrySend("HTTP/1.1 204 No Content\r\n\r\n"u8);
        _rig.Settle();
        Assert.True(good.IsCompleted);
        Assert.Null(await good);

        Task<string?> silent = new HttpProbe(target, "/healthz").ProbeAsync().AsTask();
        _rig.Pass(295);
        Assert.False(silent.IsCompleted);
        _rig.Pass(20);
        Assert.Equal("GET /healthz of db.example:80: no answer within 300 ms", await silent);

        dialer.Refuses = EndReason.ConnectFailed;
        Assert.Equal("connecting to db.example:80: CONNECT_FAILED", await new TcpProbe(target).ProbeAsync());
    }

    private int MostWithin(long ms)
    {
        int most = 0;
        int from = 0;
        for (int i = 0; i < _rig.Begun.Count; i++)
        {
            while (_rig.Begun[i].AtMs - _rig.Begun[from].AtMs > ms)
            {
                from++;
            }

            most = Math.Max(most, i - from + 1);
        }

        return most;
    }
}
