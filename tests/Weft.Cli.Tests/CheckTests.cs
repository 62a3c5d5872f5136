using System.Text.Json;
using System.Xml.Linq;
using Weft.Cli.Checks;
using Weft.Cli.Tests.Support;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Cli.Tests;

public sealed class CheckTests
{
    [Fact]
    public async Task A_good_host_passes()
    {
        var results = await AskAsync(new FakeHost());
        Assert.All(results, r => Assert.Equal(CheckOutcome.Pass, r.Kind));
    }

    [Theory]
    [InlineData("WF1001", "Warning")]
    [InlineData("WF1002", "Failure")]
    [InlineData("WF1003", "Failure")]
    [InlineData("WF1004", "Failure")]
    [InlineData("WF1005", "Warning")]
    [InlineData("WF1006", "Warning")]
    [InlineData("WF1007", "Failure")]
    [InlineData("WF1008", "Failure")]
    [InlineData("WF1009", "Failure")]
    [InlineData("WF1010", "Warning")]
    [InlineData("WF1011", "Failure")]
    [InlineData("WF1012", "Failure")]
    public async Task What_is_broken_is_found_with_its_code_and_a_fix(string code, string expected)
    {
        var result = (await AskAsync(new FakeHost { Broken = code })).Single(r => r.Code == code);
        Assert.Equal(expected, result.Kind.ToString());
        Assert.NotEmpty(result.Fix!);
        Assert.NotEmpty(result.Detail!);
    }

    [Fact]
    public async Task Without_root_what_only_root_can_try_is_skipped_and_nothing_fails()
    {
        var results = await AskAsync(new FakeHost { Broken = "WF1006" });
        Assert.Equal(["WF1003", "WF1004", "WF1005"], results.Where(r => r.Kind == CheckOutcome.Skipped).Select(r => r.Code));
        Assert.DoesNotContain(results, r => r.Kind == CheckOutcome.Failure);
    }

    [Fact]
    public async Task A_good_mesh_passes_and_a_sick_one_is_told_by_code()
    {
        Assert.All(await AskMeshAsync(Healthy), r => Assert.Equal(CheckOutcome.Pass, r.Kind));
        var sick = await AskMeshAsync(SampleMesh.Status with { Now = FixedClock.Now.AddMinutes(-10), RootNotAfter = FixedClock.Now.AddDays(30), IssuerNotAfter = FixedClock.Now.AddDays(1) });
        Assert.Equal(
            ["WF1022 Failure", "WF1030 Warning", "WF1031 Failure", "WF1041 Failure", "WF1042 Warning", "WF1043 Warning"],
            sick.Where(r => r.Kind != CheckOutcome.Pass).Select(r => $"{r.Code} {r.Kind}"));
    }

    [Fact]
    public async Task An_expired_certificate_and_a_lost_proxy_fail()
    {
        var proxy = SampleMesh.Status.Proxies[0];
        var results = await AskMeshAsync(Healthy with { Proxies = [proxy with { CertificateNotAfter = FixedClock.Now }, proxy with { Workload = "shop/cart-2", State = "disconnected" }] });
        Assert.Equal(["WF1032", "WF1040"], results.Where(r => r.Kind == CheckOutcome.Failure).Select(r => r.Code));
    }

    [Fact]
    public async Task What_is_wrong_with_the_configuration_is_told_errors_first_with_the_fix_of_the_first()
    {
        var warning = new Finding { Code = "WF2112", Severity = "warning", Message = "TrafficPolicy shop/cart has a health check that concerns no endpoint", Fixes = ["remove the field"] };
        var warned = (await AskMeshAsync(Healthy, warning)).Single(r => r.Code == "WF1050");
        Assert.Equal((CheckOutcome.Warning, $"WF2112 {warning.Message}", "remove the field"), (warned.Kind, warned.Detail, warned.Fix));
        var error = new Finding { Code = "WF2103", Message = "HTTPRoute shop/cart names a service that does not exist" };
        var failed = (await AskMeshAsync(Healthy, warning, warning, warning, error)).Single(r => r.Code == "WF1050");
        Assert.Equal(
            (CheckOutcome.Failure, $"WF2103 {error.Message}; WF2112 {warning.Message}; WF2112 {warning.Message}; and 1 more", "weft explain WF2103"), (failed.Kind, failed.Detail, failed.Fix));
    }

    [Fact]
    public async Task A_missing_control_plane_fails_once_and_skips_what_hangs_on_it()
    {
        using var api = new Weft.Cli.Api.ApiClient(new Weft.Cli.Api.ApiEndpoint { Socket = "/nonexistent/weft.sock" });
        var results = await CheckRunner.RunAsync(MeshChecks.All(api, new FixedClock()), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(["WF1020"], results.Where(r => r.Kind == CheckOutcome.Failure).Select(r => r.Code));
        Assert.Equal(11, results.Count(r => r.Kind == CheckOutcome.Skipped));
    }

    [Fact]
    public async Task A_check_that_throws_is_a_failure_not_a_crash()
    {
        var check = new Check("WF1011", "host", "boom", _ => throw new IOException("disk gone"));
        var result = Assert.Single(await CheckRunner.RunAsync([check], TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal((CheckOutcome.Failure, "disk gone"), (result.Kind, result.Detail));
    }

    [Fact]
    public void Every_check_is_in_the_catalogue()
    {
        using var api = new Weft.Cli.Api.ApiClient(new Weft.Cli.Api.ApiEndpoint { Socket = "/none" });
        var checks = HostChecks.All(new FakeHost(), Bare, before: true).Concat(MeshChecks.All(api, TimeProvider.System)).ToList();
        Assert.All(checks, c => Assert.NotNull(Weft.Cli.Errors.ErrorCatalogue.Find(c.Code)));
        Assert.Equal(checks.Count, checks.DistinctBy(c => c.Code).Count());
    }

    [Theory]
    [InlineData(1, 0, false, ExitCode.Negative)]
    [InlineData(0, 1, false, ExitCode.Ok)]
    [InlineData(0, 1, true, ExitCode.Warnings)]
    [InlineData(1, 1, true, ExitCode.Negative)]
    public void Exit_codes_tell_failures_from_warnings(int failures, int warnings, bool strict, int expected)
    {
        var checks = Enumerable.Repeat(CheckOutcome.Failure, failures).Concat(Enumerable.Repeat(CheckOutcome.Warning, warnings)).Append(CheckOutcome.Pass)
            .Select(kind => new CheckResult { Code = "WF1001", Category = "kernel", Name = "x", Kind = kind });
        Assert.Equal(expected, Weft.Cli.Commands.CheckCommand.ExitCodeOf(CheckReport.Of([.. checks]), strict));
    }

    [Fact]
    public void Junit_counts_failures_and_escapes_what_they_say()
    {
        var report = CheckReport.Of(
        [
            new() { Code = "WF1001", Category = "kernel", Name = "a", Kind = CheckOutcome.Failure, Detail = "<bad> & \u001b", Fix = "f" },
            new() { Code = "WF1002", Category = "kernel", Name = "b", Kind = CheckOutcome.Skipped, Detail = "no root" },
        ]);
        using var writer = new StringWriter();
        CheckReportWriter.WriteJunit(writer, report);
        var suite = XDocument.Parse(writer.ToString()).Root!.Element("testsuite")!;
        Assert.Equal(("2", "1", "1"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("skipped")!.Value));
        Assert.Equal("<bad> & ?", suite.Elements("testcase").First().Element("failure")!.Attribute("message")!.Value);
    }

    [Fact]
    public async Task Json_lists_every_check()
    {
        await using var server = SampleMesh.Start();
        var run = await new WeftRun.Setting { Server = server, Variables = new Dictionary<string, string> { ["WEFT_SERVER_DATA"] = server.Folder } }.RunAsync("check", "-o", "json");
        using var document = JsonDocument.Parse(run.Out);
        Assert.Equal("CheckReport", document.RootElement.GetProperty("kind").GetString());
        Assert.Equal(23, document.RootElement.GetProperty("checks").GetArrayLength());
        Assert.Equal(ExitCode.Negative, run.ExitCode);
    }

    private static MeshStatus Healthy => SampleMesh.Status with { Version = ProductVersion.Text, Proxies = [SampleMesh.Status.Proxies[0] with { Version = ProductVersion.Text }] };

    private static CliHost Bare { get; } = new() { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null };

    private static Task<IReadOnlyList<CheckResult>> AskAsync(FakeHost host)
        => CheckRunner.RunAsync(HostChecks.All(host, Bare, before: true), TimeProvider.System, TestContext.Current.CancellationToken);

    private static async Task<IReadOnlyList<CheckResult>> AskMeshAsync(MeshStatus status, params IReadOnlyList<Finding> findings)
    {
        await using var server = SampleMesh.Start().On("GET /v1/status", status, ApiJson.Default.MeshStatus).On("GET /v1/findings", findings, ApiJson.Default.IReadOnlyListFinding);
        using var api = new Weft.Cli.Api.ApiClient(new Weft.Cli.Api.ApiEndpoint { Socket = server.SocketPath });
        return await CheckRunner.RunAsync(MeshChecks.All(api, new FixedClock()), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>A host on which one thing is broken: the one that the check of that code looks for.</summary>
    private sealed class FakeHost : IHostProbe
    {
        public string Broken { get; init; } = "";

        public string? FindProgram(string name) => (Broken, name) is ("WF1007", "ip") or ("WF1008", "nft") ? null : $"/usr/sbin/{name}";

        public string? ReadFile(string path) => path switch
        {
            "/proc/sys/kernel/osrelease" => Broken == "WF1001" ? "4.19.0-old\n" : "6.1.0-18-amd64\n",
            "/proc/sys/user/max_net_namespaces" => Broken == "WF1002" ? "0\n" : "1000\n",
            "/proc/self/status" => Broken == "WF1006" ? "CapEff:\t0000000000000000\n" : "Name:\tweft\nCapEff:\t000001ffffffffff\n",
            "/proc/self/limits" => $"Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 {(Broken == "WF1010" ? 1024 : 65536)}                files\n",
            "/proc/self/net/dev" => "lo",
            _ => null,
        };

        public bool HasLibrary(string name) => Broken != "WF1009";

        public bool IsPortFree(int port) => Broken != "WF1012";

        public string? WhyNotWritable(string folder) => Broken == "WF1011" ? "read-only file system" : null;

        public Task<(int ExitCode, string Error)> TryInNewNamespaceAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancel)
        {
            var broken = (Broken, program) switch
            {
                ("WF1003", "ip") => arguments.Contains("bridge"),
                ("WF1004", "nft") => input!.Contains("redirect", StringComparison.Ordinal),
                ("WF1005", "nft") => input!.Contains("cgroupv2", StringComparison.Ordinal),
                _ => false,
            };
            return Task.FromResult(broken ? (1, "Error: Operation not supported") : (0, ""));
        }
    }
}
