using System.Net;
using System.Runtime.CompilerServices;
using CsCheck;
using Weft.Cli.Host;
using Xunit;

namespace Weft.Cli.Tests.Host;

public sealed class CaptureRulesTests
{
    private static readonly CaptureRules Own = new() { Table = "weft", Ports = ProxyPorts.Default };

    private static readonly CaptureRules Shared = new()
    {
        Table = "weft_0a1b2c3d",
        Ports = ProxyPorts.Set(1),
        Scope = new CaptureScope("unified/system.slice/cart.service/weft@default-cart", 3, [8080, 9090]),
        Exclusions = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.7"), IPAddress.Parse("2001:db8::7")],
    };

    private static readonly Gen<CaptureRules> AnyRules = Gen.Select(
        Gen.Int[0, ProxyPorts.SetsMax - 1],
        Gen.Bool,
        Gen.Int[1, 65535].Array[0, 5],
        Gen.UInt.Array[0, 4],
        (set, shared, ports, exclusions) => new CaptureRules
        {
            Table = shared ? "weft_00000000" : "weft",
            Ports = ProxyPorts.Set(set),
            Scope = shared ? new CaptureScope("a/b", 2, ports) : CaptureScope.WholeNamespace,
            Exclusions = [.. exclusions.Select(e => new IPAddress(e))],
        });

    [Fact]
    public void The_rules_of_a_namespace_of_its_own_are_as_written_down()
    {
        CheckGolden("own.capture", Own.Capture());
        CheckGolden("own.release-names", Own.ReleaseNames());
        CheckGolden("own.release-all", Own.ReleaseAll());
        CheckGolden("own.remove", Own.Remove());
    }

    [Fact]
    public void The_rules_of_a_shared_namespace_are_as_written_down()
    {
        CheckGolden("shared.capture", Shared.Capture());
        CheckGolden("shared.release-names", Shared.ReleaseNames());
    }

    [Fact]
    public void The_proxy_and_the_tunnel_always_pass_before_anything_is_redirected() => AnyRules.Sample(rules =>
    {
        string[] output = Rules(rules.Capture(), "output");
        string[] prerouting = Rules(rules.Capture(), "prerouting");
        Assert.Equal("ct state established return", output[0]);
        Assert.Equal("meta mark 0x77656674 return", output[1]);
        Assert.Equal($"tcp dport {rules.Ports.Tunnel} return", prerouting[0]);
    });

    [Fact]
    public void Only_first_packets_of_tcp_connections_are_redirected() => AnyRules.Sample(rules =>
    {
        foreach (string rule in Rules(rules.Capture(), "output").Concat(Rules(rules.Capture(), "prerouting")).Where(r => r.Contains("redirect", StringComparison.Ordinal)))
        {
            Assert.True(rule.Contains("udp dport 53 ", StringComparison.Ordinal) || rule.Contains("tcp flags & (fin | syn | rst | ack) == syn", StringComparison.Ordinal), rule);
        }
    });

    [Fact]
    public void In_a_shared_namespace_only_the_workload_is_redirected() => AnyRules.Where(r => r.Scope.Cgroup is not null).Sample(rules =>
    {
        Assert.All(
            Rules(rules.Capture(), "output").Where(r => r.Contains("redirect", StringComparison.Ordinal)),
            r => Assert.StartsWith("socket cgroupv2 level 2 \"a/b\" ", r, StringComparison.Ordinal));
        string[] redirections = [.. Rules(rules.Capture(), "prerouting").Where(r => r.Contains("redirect", StringComparison.Ordinal))];
        Assert.Equal(rules.Scope.InboundPorts!.Count > 0 ? 1 : 0, redirections.Length);
        Assert.All(redirections, r => Assert.Contains($"tcp dport {{ {string.Join(", ", rules.Scope.InboundPorts)} }}", r, StringComparison.Ordinal));
    });

    [Fact]
    public void Leaving_keeps_the_chains_and_empties_them_step_by_step() => AnyRules.Sample(rules =>
    {
        Assert.DoesNotContain("dport 53 redirect", rules.ReleaseNames(), StringComparison.Ordinal);
        Assert.Contains($"redirect to :{rules.Ports.Outbound}", rules.ReleaseNames(), StringComparison.Ordinal);
        Assert.Equal(["ct state established return"], Rules(rules.ReleaseAll(), "output"));
        Assert.Empty(Rules(rules.ReleaseAll(), "prerouting"));
        Assert.DoesNotContain("delete", rules.ReleaseAll(), StringComparison.Ordinal);
        Assert.Equal(2, rules.ReleaseAll().Split('\n').Count(l => l.StartsWith("add chain", StringComparison.Ordinal)));
    });

    private static string[] Rules(string script, string chain) =>
        [.. script.Split('\n').Where(l => l.StartsWith("add rule inet ", StringComparison.Ordinal)).Select(l => l.Split(' ', 6)).Where(w => w[4] == chain).Select(w => w[5])];

    private static void CheckGolden(string name, string actual, [CallerFilePath] string here = "")
    {
        string file = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name + ".nft");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.Equal(File.ReadAllText(file), actual);
    }
}
