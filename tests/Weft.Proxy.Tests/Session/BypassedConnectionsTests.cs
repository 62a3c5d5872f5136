using Weft.Contracts.Session;
using Weft.Primitives.Net;
using Weft.Proxy.Session;

namespace Weft.Proxy.Tests.Session;

public sealed class BypassedConnectionsTests
{
    private static readonly RunSettings Settings = RunSettingsReader.Read(
    [
        "--control", "10.77.0.1:15010", "--namespace", "shop", "--service", "cart", "--workload", "cart-1", "--address", "10.77.0.5", "--state", "/tmp/x",
        "--port", "8080",
    ]);

    [Fact]
    public void A_line_of_the_kernels_table_is_read()
    {
        const string Line = "   1: 05004D0A:1F90 06004D0A:D431 01 00000000:00000000 00:00000000 00000000  1000        0 987654 1 0000000000000000 20 4 30 10 -1";
        Assert.True(ProcTcp.TryParse(Line, out TcpRow row));
        Assert.Equal(("10.77.0.5:8080", "10.77.0.6:54321", 987654L), (row.Local.ToString(), row.Remote.ToString(), row.Inode));
    }

    [Fact]
    public void A_line_of_the_table_for_ipv6_is_read_and_mapped_addresses_become_ipv4()
    {
        const string Mapped = "1: 0000000000000000FFFF00000500000A:1F90 0000000000000000FFFF00000600000A:D431 01 0:0 0:0 0 1000 0 5 1";
        Assert.True(ProcTcp.TryParse(Mapped, out TcpRow row));
        Assert.Equal("10.0.0.5:8080", row.Local.ToString());

        const string Six = "1: B80D0120000000000000000001000000:1F90 B80D0120000000000000000002000000:D431 01 0:0 0:0 0 1000 0 5 1";
        Assert.True(ProcTcp.TryParse(Six, out row));
        Assert.Equal("[2001:db8::1]:8080", row.Local.ToString());
    }

    [Theory]
    [InlineData("   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1")]
    [InlineData("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode")]
    [InlineData("1: ZZ004D0A:1F90 06004D0A:D431 01 0:0 0:0 0 1000 0 5 1")]
    [InlineData("")]
    public void Listeners_titles_and_nonsense_are_not_connections(string line) => Assert.False(ProcTcp.TryParse(line, out _));

    [Fact]
    public void Only_connections_of_the_workload_with_other_machines_that_do_not_cross_the_proxy_are_named()
    {
        TcpRow oldOutbound = Row("10.77.0.5:40000", "10.77.0.9:6379", 1);
        TcpRow oldInbound = Row("10.77.0.5:8080", "10.77.0.7:50000", 2);
        TcpRow captured = Row("10.77.0.5:40001", "240.77.0.3:8080", 3);
        TcpRow capturedOtherEnd = Row("127.0.0.1:15001", "10.77.0.5:40001", 4);
        TcpRow loopback = Row("127.0.0.1:40002", "127.0.0.1:8080", 5);
        TcpRow ownTunnel = Row("10.77.0.5:40003", "10.77.0.9:15008", 6);
        TcpRow tunnelIn = Row("10.77.0.5:15008", "10.77.0.9:40004", 7);

        List<BypassedConnection> found = BypassedConnections.Select(
            [oldOutbound, oldInbound, captured, capturedOtherEnd, loopback, ownTunnel, tunnelIn], new HashSet<long> { 4, 6, 7 }, Settings);
        Assert.Equal(
            [("10.77.0.5:40000", "10.77.0.9:6379", false), ("10.77.0.5:8080", "10.77.0.7:50000", true)],
            found.Select(static b => (b.Local, b.Remote, b.Inbound)));
    }

    [Fact]
    public void A_report_names_a_bounded_number()
    {
        IEnumerable<TcpRow> rows = Enumerable.Range(0, 1_000).Select(static i => Row($"10.77.0.5:{10_000 + i}", "10.77.0.9:6379", i));
        Assert.Equal(BypassedConnections.Max, BypassedConnections.Select(rows, new HashSet<long>(), Settings).Count);
    }

    [Fact]
    public void The_kernels_own_table_can_be_read() => Assert.NotNull(ProcTcp.ReadEstablished(1_000));

    private static TcpRow Row(string local, string remote, long inode)
    {
        Assert.True(NetAddress.TryParse(local, out NetAddress here));
        Assert.True(NetAddress.TryParse(remote, out NetAddress there));
        return new TcpRow(here, there, inode);
    }
}
