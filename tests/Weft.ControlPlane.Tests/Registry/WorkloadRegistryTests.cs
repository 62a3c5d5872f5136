using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Tests.Support;
using Weft.Identity;
using Xunit;

namespace Weft.ControlPlane.Tests.Registry;

public sealed class WorkloadRegistryTests
{
    private readonly ManualTime _time = new();
    private readonly WorkloadRegistry _registry;

    public WorkloadRegistryTests() => _registry = new WorkloadRegistry(_time, new RegistryTimes());

    [Fact]
    public void A_workload_exists_from_hello_to_goodbye()
    {
        RegistrySession session = Connect("cart", "cart-1");
        Assert.Equal(Health.Unknown, Find("cart-1").Health);
        _registry.Report(session, healthy: true);
        Assert.Equal(Health.Healthy, Find("cart-1").Health);
        _registry.Drain(session);
        Assert.Equal(Health.Draining, Find("cart-1").Health);
        _registry.Report(session, healthy: true);
        Assert.Equal(Health.Draining, Find("cart-1").Health);
        _registry.Remove(session);
        Assert.Empty(_registry.Snapshot());
    }

    [Fact]
    public void A_silent_workload_counts_as_unhealthy_at_once_where_another_can_take_its_place_and_is_removed_after_ten_seconds()
    {
        RegistrySession one = Connect("cart", "cart-1", healthy: true);
        Connect("cart", "cart-2", healthy: true);
        _registry.Disconnect(one);
        Assert.Equal(Health.Unhealthy, Find("cart-1").Health);
        Tick(9.9);
        Assert.Equal(2, _registry.Snapshot().Length);
        Tick(0.2);
        Assert.Equal("cart-2", _registry.Snapshot().Single().Name.Name);
    }

    [Fact]
    public void The_last_of_a_service_keeps_its_place_and_its_health()
    {
        _registry.Disconnect(Connect("cart", "cart-1", healthy: true));
        Tick(3_600);
        Assert.Equal(Health.Healthy, Find("cart-1").Health);
        Tick(24 * 3_600);
        Assert.Empty(_registry.Snapshot());
    }

    [Fact]
    public void When_everybody_is_silent_nobody_is_removed_and_nobody_is_unhealthy()
    {
        RegistrySession[] all = [.. Enumerable.Range(0, 6).Select(i => Connect("cart", $"cart-{i}", healthy: true))];
        foreach (RegistrySession session in all)
        {
            _registry.Disconnect(session);
        }

        for (int i = 0; i < 100; i++)
        {
            Tick(30);
        }

        Assert.Equal(6, _registry.Snapshot().Length);
        Assert.All(_registry.Snapshot(), record => Assert.Equal(Health.Healthy, record.Health));
    }

    [Fact]
    public void At_most_half_of_a_service_goes_within_a_minute()
    {
        RegistrySession[] all = [.. Enumerable.Range(0, 8).Select(i => Connect("cart", $"cart-{i}", healthy: true))];
        foreach (RegistrySession session in all.Skip(1))
        {
            _registry.Disconnect(session);
        }

        Tick(11);
        Assert.Equal(4, _registry.Snapshot().Length);
        Tick(40);
        Assert.Equal(4, _registry.Snapshot().Length);
        Tick(20);
        Assert.Equal(2, _registry.Snapshot().Length);
    }

    [Fact]
    public void Goodbyes_are_not_held_back_by_the_guard()
    {
        RegistrySession[] all = [.. Enumerable.Range(0, 4).Select(i => Connect("cart", $"cart-{i}"))];
        foreach (RegistrySession session in all)
        {
            _registry.Remove(session);
        }

        Assert.Empty(_registry.Snapshot());
    }

    [Fact]
    public void A_proxy_that_drained_and_left_is_gone_at_once()
    {
        Connect("cart", "cart-2");
        RegistrySession one = Connect("cart", "cart-1");
        _registry.Drain(one);
        _registry.Disconnect(one);
        Assert.Equal("cart-2", _registry.Snapshot().Single().Name.Name);
    }

    [Fact]
    public void The_end_of_a_session_that_was_replaced_changes_nothing()
    {
        RegistrySession old = Connect("cart", "cart-1", healthy: true);
        Connect("cart", "cart-2", healthy: true);
        RegistrySession fresh = Connect("cart", "cart-1");
        _registry.Disconnect(old);
        _registry.Remove(old);
        Tick(20);
        Assert.Equal(Health.Healthy, Find("cart-1").Health);
        _registry.Report(fresh, healthy: false);
        Assert.Equal(Health.Unhealthy, Find("cart-1").Health);
    }

    [Fact]
    public void A_restarted_server_knows_its_workloads_and_gives_them_a_minute_to_return()
    {
        Connect("cart", "cart-1", healthy: true);
        Connect("cart", "cart-2", healthy: true);
        Connect("web", "web-1", healthy: true);
        var store = new RegistryStore(new MemoryMetaStore(), "weft.local");
        store.Save(_registry);

        var next = new WorkloadRegistry(_time, new RegistryTimes());
        next.Restore(store.Load());
        Assert.Equal(
            _registry.Snapshot().Select(record => (record.Name, record.Health, record.Address)),
            next.Snapshot().Select(record => (record.Name, record.Health, record.Address)));
        next.Connect(Workloads.Hello("cart", "cart-1"), Workloads.Id("cart"));
        _time.Advance(59);
        next.Tick();
        Assert.Equal(3, next.Snapshot().Length);
        Assert.All(next.Snapshot(), record => Assert.Equal(Health.Healthy, record.Health));
        _time.Advance(2);
        next.Tick();
        Assert.Equal(["cart-1", "web-1"], next.Snapshot().Select(record => record.Name.Name));
    }

    [Fact]
    public void What_a_restarted_server_saw_leave_stays_away()
    {
        var store = new RegistryStore(new MemoryMetaStore(), "weft.local");
        RegistrySession session = Connect("cart", "cart-1");
        store.Save(_registry);
        _registry.Remove(session);
        store.Save(_registry);
        Assert.Empty(store.Load());
    }

    [Fact]
    public void Hello_must_say_what_the_certificate_says_and_stay_within_bounds()
    {
        Refused(hello => hello.Service = "shop/admin");
        Refused(hello => hello.Workload = "bank/cart-1");
        Refused(hello => hello.Workload = "shop/");
        Refused(hello => hello.Workload = "shop/Cart");
        Refused(hello => hello.Workload = "shop/" + new string('a', 254));
        Refused(hello => hello.Address = "cart.example");
        Refused(hello => hello.Address = "0.0.0.0");
        Refused(hello => hello.Address = "224.0.0.1");
        Refused(hello => hello.Address = "010.0.0.1");
        Refused(hello => hello.TunnelPort = 0);
        Refused(hello => hello.TunnelPort = 65_536);
        Refused(hello => hello.Ports.Add(new WorkloadPort { Port = 0 }));
        Refused(hello => hello.Ports.AddRange(Enumerable.Range(1, 65).Select(port => new WorkloadPort { Port = (uint)port })));
        Refused(hello => hello.Labels["a"] = new string('x', 300));
        Refused(hello => hello.Epoch = new string('x', 300));
        Assert.Throws<RegistryException>(() => _registry.Connect(Workloads.Hello("cart", "cart-1"), SpiffeId.Parse("spiffe://weft.local/other")));
    }

    [Fact]
    public void The_labels_that_services_select_by_cannot_be_chosen()
    {
        Hello hello = Workloads.Hello("cart", "cart-1");
        hello.Labels["service"] = "admin";
        hello.Labels["version"] = "v2";
        _registry.Connect(hello, Workloads.Id("cart"));
        Assert.Equal(("cart", "shop", "v2"), (Find("cart-1").Labels["service"], Find("cart-1").Labels["namespace"], Find("cart-1").Labels["version"]));
    }

    [Fact]
    public void The_name_of_a_connected_workload_cannot_be_taken_by_another_service()
    {
        RegistrySession session = Connect("cart", "one");
        Assert.Throws<RegistryException>(() => Connect("web", "one"));
        _registry.Disconnect(session);
        Connect("web", "one");
        Assert.Equal("web", Find("one").Service.Name);
    }

    [Fact]
    public void A_report_that_changes_nothing_wakes_nobody()
    {
        RegistrySession session = Connect("cart", "cart-1", healthy: true);
        _registry.Snapshot();
        int calls = 0;
        _registry.Changed = () => calls++;
        _registry.Report(session, healthy: true);
        _registry.Tick();
        Assert.Equal(0, calls);
        _registry.Report(session, healthy: false);
        Assert.Equal(1, calls);
    }

    private RegistrySession Connect(string service, string workload, bool healthy = false)
    {
        RegistrySession session = _registry.Connect(Workloads.Hello(service, workload), Workloads.Id(service));
        if (healthy)
        {
            _registry.Report(session, healthy: true);
        }

        return session;
    }

    private void Refused(Action<Hello> spoil)
    {
        Hello hello = Workloads.Hello("cart", "cart-1");
        spoil(hello);
        Assert.Throws<RegistryException>(() => _registry.Connect(hello, Workloads.Id("cart")));
        Assert.Empty(_registry.Snapshot());
    }

    private void Tick(double seconds)
    {
        _time.Advance(seconds);
        _registry.Tick();
    }

    private WorkloadRecord Find(string workload) => _registry.Snapshot().Single(record => record.Name.Name == workload);
}
