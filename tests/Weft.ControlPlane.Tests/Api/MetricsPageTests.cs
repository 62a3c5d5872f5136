using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Weft.ControlPlane.Tests.Api;

public sealed class MetricsPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_counts_itself_and_a_stranger_is_not_told()
    {
        await using TestApi api = await TestApi.StartAsync();
        string page = await PageAsync(api);
        Assert.Contains("\nweft_server_sessions 3\n", page, StringComparison.Ordinal);
        Assert.Contains("\nweft_server_otlp_spans_total 12\n", page, StringComparison.Ordinal);
        using HttpClient stranger = api.Https(token: null);
        using HttpResponseMessage refused = await stranger.GetAsync("/metrics", Stop);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Promtool_finds_no_fault()
    {
        await using TestApi api = await TestApi.StartAsync();
        string page = await PageAsync(api);
        using Process? promtool = Start();
        Assert.SkipWhen(promtool is null, "promtool is not installed");
        await promtool!.StandardInput.WriteAsync(page);
        promtool.StandardInput.Close();
        string said = await promtool.StandardOutput.ReadToEndAsync(Stop) + await promtool.StandardError.ReadToEndAsync(Stop);
        await promtool.WaitForExitAsync(Stop);
        Assert.True(promtool.ExitCode == 0 && said.Length == 0, said);
    }

    private static async Task<string> PageAsync(TestApi api)
    {
        using HttpResponseMessage answer = await api.SendAsync(HttpMethod.Get, "/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private static Process? Start()
    {
        ProcessStartInfo start = new("promtool") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("check");
        start.ArgumentList.Add("metrics");
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
