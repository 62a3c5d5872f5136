using System.Runtime.CompilerServices;
using Weft.Cli.Demo;
using Weft.Cli.Host;
using Xunit;

namespace Weft.Cli.Tests.Demo;

public sealed class ShopManifestTests
{
    [Fact]
    public void The_shop_in_the_repository_can_be_read_whole()
    {
        ShopManifest shop = ShopManifest.Read(Path.Combine(Repository(), "samples", "shop", "shop.json"));
        Assert.True(shop.Services.Count >= 8);
        Assert.Equal(shop.Services.Count, shop.Services.Select(s => s.WorkloadName).Distinct().Count());
        Assert.Contains(shop.Services.CountBy(s => s.Name), s => s.Value == 2);
        foreach (ShopEntry entry in shop.Services.Append(shop.Load))
        {
            Assert.NotNull(entry.Labels);
            Assert.NotNull(entry.Env);
            HostNames.CheckLabel("service", entry.Name);
            HostNames.CheckLabel("workload", entry.WorkloadName);
            Assert.Null(entry.Protocol is null || WorkloadPort.Protocols.Contains(entry.Protocol) ? null : entry.Protocol);
            foreach (string upstream in entry.Upstreams)
            {
                Upstream parsed = Upstream.Parse(string.Join(':', upstream.Split(':').Take(2)));
                Assert.Contains(shop.Services, s => s.Name == parsed.Service && s.Port == parsed.Port);
            }
        }
    }

    [Fact]
    public void A_missing_list_says_how_to_start_the_demo()
    {
        CliException failure = Assert.Throws<CliException>(() => ShopManifest.Read("/nowhere/shop.json"));
        Assert.Equal(HostErrors.DemoCannotStart, failure.Findings[0].Code);
        Assert.Contains("./weft demo", failure.Findings[0].Fixes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_load_generators_last_line_is_the_summary()
    {
        string log = Path.GetTempFileName();
        File.WriteAllText(log, "warming up\n{\"sent\":10,\"ok\":9,\"lost\":1,\"errors\":{\"timeout\":1},\"p50_ms\":1.5,\"p99_ms\":8}\n");
        LoadSummary summary = LoadSummary.Read(log)!;
        File.WriteAllText(log, "killed\n");
        LoadSummary? none = LoadSummary.Read(log);
        File.Delete(log);
        Assert.Equal((10, 9, 1, 1.5), (summary.Sent, summary.Ok, summary.Lost, summary.P50Ms));
        Assert.Equal(1, summary.Errors["timeout"]);
        Assert.Null(none);
    }

    private static string Repository([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
