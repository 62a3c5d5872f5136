using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Receivers of telemetry that hang, refuse or are gone: the built relay serves every request all the same, stays small, and says what was dropped.</summary>
public sealed partial class HangingSinkTests
{
    private const int Requests = 20_000;
    private const int GrowthKbMax = 24 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("grpc")]
    [InlineData("http")]
    public async Task A_collector_that_takes_connections_and_nothing_else_costs_no_request(string scheme)
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        await ServedAsync(["--otlp", $"{scheme}://{silent.LocalEndpoint}", "--trace-sample", "100"], (page, _) => Dropped(page, "otlp") > 0);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http")]
    public async Task A_collector_that_is_not_there_costs_no_request(string scheme)
        => await ServedAsync(["--otlp", $"{scheme}://127.0.0.1:{Programs.FreePort()}", "--trace-sample", "100"], (page, _) => Dropped(page, "otlp") > 0);

    [Fact]
    public async Task A_collector_that_refuses_costs_no_request()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication app = builder.Build();
        app.Run(static context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });
        await app.StartAsync(Stop);
        await ServedAsync(["--otlp", $"http://{new Uri(app.Urls.Single()).Authority}", "--trace-sample", "100"], (page, _) => Dropped(page, "otlp") > 0);
    }

    [Fact]
    public async Task A_full_disk_costs_no_request_and_every_line_is_counted()
        => await ServedAsync(["--access-log", "/dev/full"], static (page, _) => Dropped(page, "access_log") == Requests);

    [Fact]
    public async Task A_pipe_that_nobody_reads_costs_no_request_and_lines_and_drops_add_up_once_it_is_read()
    {
        string pipe = Path.Combine(Path.GetTempPath(), $"weft-pipe-{Environment.ProcessId}-{Random.Shared.Next()}");
        Assert.Equal(0, MakePipe(pipe, 0b110_000_000));
        try
        {
            // Open for both, so that neither side waits for the other and nothing is taken before it is asked for.
            using FileStream reader = new(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            await ServedAsync(["--access-log", pipe], (page, isServed) => Dropped(page, "access_log") > 0 && isServed, async metrics =>
            {
                int lines = 0;
                byte[] buffer = new byte[64 * 1024];
                StringBuilder rest = new();
                using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
                late.CancelAfter(s_patience);
                while (lines + Dropped(await metrics(), "access_log") < Requests)
                {
                    int read = await reader.ReadAsync(buffer, late.Token);
                    rest.Append(Encoding.UTF8.GetString(buffer, 0, read));
                    string[] whole = rest.ToString().Split('\n');
                    lines += whole[..^1].Count(static line => !line.StartsWith("{\"dropped\"", StringComparison.Ordinal));
                    rest.Clear().Append(whole[^1]);
                }

                Assert.Equal(Requests, lines + Dropped(await metrics(), "access_log"));
            });
        }
        finally
        {
            File.Delete(pipe);
        }
    }

    /// <summary>Sends the requests through a relay with these options, expects all of them served and little memory taken, and waits for what its metrics must say.</summary>
    private static async Task ServedAsync(string[] options, Func<string, bool, bool> wanted, Func<Func<Task<string>>, Task>? then = null)
    {
        await using Origin origin = await Origin.StartAsync();
        string admin = $"127.0.0.1:{Programs.FreePort()}";
        await using Relay relay = await Relay.StartAsync(["--to", origin.Http1, "--metrics", admin, .. options]);
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
        Task<string> Metrics() => http.GetStringAsync(new Uri($"http://{admin}/metrics"), Stop);
        long before = relay.ResidentKb;
        (int code, string output, string errors) = await Programs.RunAsync("h2load", "--h1", "-n", Text(Requests), "-c", "16", $"http://{relay.Address}/hello");
        Assert.True(code == 0, errors);
        Assert.Contains($"{Text(Requests)} succeeded, 0 failed, 0 errored, 0 timeout", output, StringComparison.Ordinal);
        Assert.InRange(relay.ResidentKb, 0, before + GrowthKbMax);
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(s_patience);
        string page = "";
        while (!wanted(page, Served(page) == Requests))
        {
            Assert.False(late.IsCancellationRequested, $"served {Served(page)}, dropped {Dropped(page, "access_log")} lines and {Dropped(page, "otlp")} of OTLP");
            await Task.Delay(50, Stop);
            page = await Metrics();
        }

        await (then?.Invoke(Metrics) ?? Task.CompletedTask);
    }

    private static long Served(string page)
        => page.Split('\n').Where(static line => line.StartsWith("weft_requests_total{", StringComparison.Ordinal)).Sum(Value);

    private static long Dropped(string page, string sink)
        => page.Split('\n').Where(line => line.StartsWith($"weft_telemetry_dropped_total{{sink=\"{sink}\"}} ", StringComparison.Ordinal)).Sum(Value);

    private static long Value(string line) => (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
