using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weft.Cli.Host;

/// <summary>
/// The nftables rules that lead a workload's connections through its proxy, as text for <c>nft -f -</c>. Only SYNs are redirected, so a connection that was open before
/// stays as it is. Both families of IP are captured alike. Every text is one transaction and may be applied again and again.
/// </summary>
internal sealed record CaptureRules
{
    /// <summary>The mark on the proxy's own sockets ("weft" in ASCII).</summary>
    public const uint ProxyMark = 0x77656674;

    /// <summary>No FIN, RST or ACK: the first packet of a connection and nothing else.</summary>
    private const string OnlySyn = "tcp flags & (fin | syn | rst | ack) == syn";

    public required string Table { get; init; }

    public required ProxyPorts Ports { get; init; }

    public CaptureScope Scope { get; init; } = CaptureScope.WholeNamespace;

    /// <summary>Destinations that the application reaches without the proxy.</summary>
    public IReadOnlyList<IPAddress> Exclusions { get; init; } = [];

    /// <summary>Captures names and connections.</summary>
    public string Capture() => Script(names: true, connections: true);

    /// <summary>
    /// The first step of leaving: names are answered by the old resolver again, while connections to addresses that the application still remembers are captured.
    /// </summary>
    public string ReleaseNames() => Script(names: false, connections: true);

    /// <summary>
    /// The second step of leaving: nothing new is captured. The chains stay with the rule that keeps connection tracking on: while they exist the kernel goes on
    /// translating the connections that are open.
    /// </summary>
    public string ReleaseAll() => Script(names: false, connections: false);

    /// <summary>The last step: to be applied when no captured connection is left.</summary>
    public string Remove() => Remove(Table);

    /// <summary>Removes a table whether or not it exists: adding what exists changes nothing.</summary>
    public static string Remove(string table) => $"add table inet {table}\ndelete table inet {table}\n";

    private string Script(bool names, bool connections)
    {
        var script = new StringBuilder();
        Line(script, $"add table inet {Table}");

        // -100 is the kernel's place for destination translation (NF_IP_PRI_NAT_DST); the name "dstnat" is not known in output chains by nft 1.0.
        Line(script, $"add chain inet {Table} output {{ type nat hook output priority -100; policy accept; }}");
        Line(script, $"add chain inet {Table} prerouting {{ type nat hook prerouting priority -100; policy accept; }}");
        Line(script, $"flush chain inet {Table} output");
        Line(script, $"flush chain inet {Table} prerouting");

        // Never matches, because only the first packet of a connection comes here. But the kernel switches connection tracking off in a namespace, and with it the
        // translation of open connections, when no rule needs it; this one always does.
        Line(script, $"add rule inet {Table} output ct state established return");
        if (connections)
        {
            Outbound(script, names);
            Inbound(script);
        }

        return script.ToString();
    }

    private void Outbound(StringBuilder script, bool names)
    {
        string rule = $"add rule inet {Table} output";
        Line(script, $"{rule} meta mark 0x{ProxyMark:x8} return");

        // Asked of the redirections and not turned round into an early return: a socket whose cgroup lies higher up matches neither "is" nor "is not".
        string whose = Scope.Cgroup is null ? "" : $"socket cgroupv2 level {Scope.CgroupLevel} \"{Scope.Cgroup}\" ";

        // Names first: many resolvers listen on a loopback address, which the rule behind lets pass.
        if (names)
        {
            Line(script, $"{rule} {whose}udp dport 53 redirect to :{Ports.Dns}");
        }

        Line(script, $"{rule} ip daddr 127.0.0.0/8 return");

        // Addresses of a link mean nothing without its interface, of which the proxy is not told.
        Line(script, $"{rule} ip6 daddr {{ ::1, fe80::/10 }} return");
        Line(script, $"{rule} tcp dport 53 return");
        Exclude(script, $"{rule} ip daddr", AddressFamily.InterNetwork);
        Exclude(script, $"{rule} ip6 daddr", AddressFamily.InterNetworkV6);

        Line(script, $"{rule} {whose}{OnlySyn} redirect to :{Ports.Outbound}");
    }

    private void Exclude(StringBuilder script, string match, AddressFamily family)
    {
        string addresses = string.Join(", ", Exclusions.Where(address => address.AddressFamily == family));
        if (addresses.Length > 0)
        {
            Line(script, $"{match} {{ {addresses} }} return");
        }
    }

    private void Inbound(StringBuilder script)
    {
        string rule = $"add rule inet {Table} prerouting";
        Line(script, $"{rule} tcp dport {Ports.Tunnel} return");
        if (Scope.InboundPorts is null)
        {
            Line(script, $"{rule} {OnlySyn} redirect to :{Ports.Inbound}");
        }
        else if (Scope.InboundPorts.Count > 0)
        {
            // Another host's packets may pass through this one; only what is meant for this machine is the workload's.
            Line(script, $"{rule} fib daddr type local tcp dport {{ {string.Join(", ", Scope.InboundPorts)} }} {OnlySyn} redirect to :{Ports.Inbound}");
        }
    }

    private static void Line(StringBuilder script, FormattableString text) =>
        script.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
