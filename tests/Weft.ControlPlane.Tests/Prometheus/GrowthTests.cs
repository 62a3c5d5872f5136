using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Weft.Contracts.Session;
using Weft.ControlPlane.Prometheus;
using Weft.ControlPlane.Traffic;
using Xunit;

namespace Weft.ControlPlane.Tests.Prometheus;

/// <summary>What Prometheus' own engine computes from the questions, over series that are written down.</summary>
public sealed class GrowthTests
{
    /// <summary>The window that is asked about: seconds 240 to 300 of a clock of steps of ten.</summary>
    private const int Window = 60;

    /// <summary>What a proxy was scraped of all the time; one whose scraping began late; one that started late.</summary>
    private static readonly string[] s_targets =
    [
        Series("weft_build_info{job='weft',instance='old',version='1'}", "1x60"),
        Series("process_start_time_seconds{job='weft',instance='old'}", "0x60"),
        Series("weft_workload_info{job='weft',instance='old',workload='shop/cart-1',version='v2'}", "1x60"),
        Series("weft_build_info{job='weft',instance='late'}", "_x28 1x10"),
        Series("process_start_time_seconds{job='weft',instance='late'}", "_x28 0x10"),
        Series("weft_build_info{job='weft',instance='young'}", "_x28 1x10"),
        Series("process_start_time_seconds{job='weft',instance='young'}", "_x28 275x10"),
    ];

    [Theory]
    [InlineData("grew in the window", "old", "0+1x60", 6)]
    [InlineData("rested", "old", "7x60", 0)]
    [InlineData("came up while its proxy was scraped: all of it is new", "old", "_x28 5+1x10", 7)]
    [InlineData("began anew with its proxy", "old", "0+10x26 3 5 7 9", 29)]
    [InlineData("ended in the window", "old", "0+1x26 stale", 2)]
    [InlineData("is only scraped since: what it had before is not of the window", "late", "_x28 1000+1x10", 2)]
    [InlineData("came up with a proxy that has just started: all of it is new", "young", "_x28 4+1x10", 6)]
    public async Task A_counter_that(string what, string instance, string values, double grown)
    {
        string query = PromQl.Growth(MetricNames.Requests, new PromTraffic(SeriesFamily.Service, Side.Server, new SeriesChoice()), Window, [MetricLabels.Destination]);
        string counter = Series($"weft_requests_total{{job='weft',instance='{instance}',direction='inbound',destination='shop/cart'}}", values);
        await ComputeAsync(what, query, [.. s_targets, counter], ("{destination=\"shop/cart\"}", grown));
    }

    [Fact]
    public async Task A_workload_is_found_by_its_page()
    {
        string query = PromQl.Growth(MetricNames.Requests, new PromTraffic(SeriesFamily.Workload, Side.Server, new SeriesChoice()), Window, PromLabels.Of(SeriesFamily.Workload));
        string own = Series("weft_requests_total{job='weft',instance='old',direction='inbound',destination='shop/cart'}", "0+1x60");
        string other = Series("weft_requests_total{job='weft',instance='late',direction='inbound',destination='shop/cart'}", "_x28 0+1x10");
        await ComputeAsync("workloads", query, [.. s_targets, own, other], ("{destination=\"shop/cart\", workload=\"shop/cart-1\", version=\"v2\"}", 6));
    }

    [Fact]
    public async Task Both_views_of_a_caller_are_added_once()
    {
        string query = PromQl.Growth(MetricNames.Requests, new PromTraffic(SeriesFamily.Mesh, Side.Client, new SeriesChoice()), Window, []);
        await ComputeAsync(
            "sides",
            query,
            [
                .. s_targets,
                Series("weft_requests_total{job='weft',instance='old',direction='outbound',source='shop/web',mtls='true'}", "0+1x60"),
                Series("weft_requests_total{job='weft',instance='old',direction='inbound',source='shop/web',mtls='true'}", "0+1x60"),
                Series("weft_requests_total{job='weft',instance='old',direction='inbound',mtls='false'}", "0+2x60"),
            ],
            ("{}", 18));
    }

    private static string Series(string name, string values) => $"{{series: \"{name.Replace("'", "\\\"", StringComparison.Ordinal)}\", values: '{values}'}}";

    private static async Task ComputeAsync(string what, string query, string[] series, (string Labels, double Value) expected)
    {
        StringBuilder test = new("rule_files: []\ntests:\n- interval: 10s\n  input_series:\n");
        foreach (string one in series)
        {
            test.Append("  - ").Append(one).Append('\n');
        }

        test.Append(CultureInfo.InvariantCulture, $"  promql_expr_test:\n  - expr: '{query}'\n    eval_time: 300s\n    exp_samples: [{{labels: '{expected.Labels}', value: {expected.Value}}}]\n");
        using TempFolder folder = new();
        string file = folder.File("test.yml");
        await File.WriteAllTextAsync(file, test.ToString(), TestContext.Current.CancellationToken);
        ProcessStartInfo start = new("promtool", ["test", "rules", file]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process? promtool;
        try
        {
            promtool = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip("promtool is not installed");
            return;
        }

        using (promtool)
        {
            string said = await promtool!.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(promtool.ExitCode == 0, $"{what}: {said}");
        }
    }
}
