using Weft.Contracts.Mesh;
using Weft.Primitives.Http;
using Weft.Proxy.Health;
using Weft.Proxy.Protocols;
using Weft.Proxy.Relaying;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Telemetry;
using Weft.Proxy.Tests.Testing;
using Weft.Proxy.Upstreams;
using Weft.Routing;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Tests.Health;

/// <summary>What a relay is told to check, and how verdicts change where it sends requests.</summary>
[Collection(nameof(BugTrap))]
public sealed class RelayChecksTests : IDisposable
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";

    private readonly Action<string> _sink = ProxyLog.Sink;

    public RelayChecksTests() => ProxyLog.Sink = static _ => { };

    public void Dispose() => ProxyLog.Sink = _sink;

    [Fact]
    public void An_unhealthy_target_gets_nothing_while_another_is_there()
    {
        FanRig rig = new(takesConnect: false, Named("a"), Named("b"), Named("c"), Named("d"));
        Assert.Equal("abcd", Ask(rig, 8));
        rig.Health[1].IsUnhealthy = true;
        Assert.Equal("acd", Ask(rig, 12));
        rig.Health[2].IsUnhealthy = true;
        Assert.Equal("ad", Ask(rig, 12));
        rig.Health[1].IsUnhealthy = false;
        Assert.Equal("abd", Ask(rig, 12));
    }

    [Fact]
    public void Where_most_are_unhealthy_all_are_used()
    {
        FanRig rig = new(takesConnect: false, Named("a"), Named("b"), Named("c"));
        rig.Health[0].IsUnhealthy = rig.Health[1].IsUnhealthy = true;
        Assert.Equal("abc", Ask(rig, 9));
    }

    [Fact]
    public void Where_that_is_not_wanted_none_is_used_and_the_reason_is_counted()
    {
        FanRig rig = new(takesConnect: false, minHealthyPercent: 0, Named("a"), Named("b"));
        rig.Health[0].IsUnhealthy = true;
        Assert.Equal("b", Ask(rig, 6));
        rig.Health[1].IsUnhealthy = true;
        Assert.StartsWith("HTTP/1.1 503 ", rig.Ask(Get), StringComparison.Ordinal);
        Assert.Equal(1, rig.Meters.Rejected(EndReason.NoHealthyEndpoint));
        rig.Health[0].IsUnhealthy = false;
        Assert.Equal("a", Ask(rig, 6));
    }

    [Fact]
    public void Options_say_how()
    {
        HealthCheckRule rule = Parse("--check", "/healthz?deep", "--check-expect=200-299,404", "--check-host", "shop.example", "--check-interval", "250", "--check-timeout", "100",
            "--check-unhealthy", "3", "--check-healthy", "4", "--check-min-healthy", "0").Check.Rule;
        Assert.Equal([(200, 299), (404, 404)], rule.Statuses);
        Assert.Equal(
            new HealthCheckRule
            {
                Kind = CheckKind.Http, Path = "/healthz?deep", Host = "shop.example", IntervalMs = 250, TimeoutMs = 100, UnhealthyThreshold = 3, HealthyThreshold = 4, MinHealthyPercent = 0,
                Statuses = rule.Statuses,
            },
            rule);
        Assert.Equal((CheckKind.Grpc, ""), (Parse("--check", "grpc").Check.Rule.Kind, Parse("--check", "grpc").Check.Rule.GrpcService));
        Assert.Equal("shop.v1.Orders", Parse("--check", "grpc:shop.v1.Orders").Check.Rule.GrpcService);
        Assert.Equal(CheckKind.Tcp, Parse("--check=tcp").Check.Rule.Kind);
        Assert.False(Parse().Check.IsGiven);
    }

    [Theory]
    [InlineData("--check: \"http\" is no check", "--check", "http")]
    [InlineData("--check: \"grpc:\" is no check", "--check", "grpc:")]
    [InlineData("has a blank", "--check", "/a b")]
    [InlineData("--check-expect: \"299-200\" is no status", "--check", "/", "--check-expect", "299-200")]
    [InlineData("--check-expect: \"\" is no status", "--check", "/", "--check-expect", "200,")]
    [InlineData("--check-interval: \"99\" is not a whole number from 100 to 3600000", "--check", "/", "--check-interval", "99")]
    [InlineData("--check-timeout needs --check", "--check-timeout", "100")]
    [InlineData("--check tcp only", "--check", "/", "--to-sni", "shop.example=127.0.0.1:1")]
    public void Mistakes_are_named(string told, params string[] options)
        => Assert.Contains(told, Assert.Throws<UsageException>(() => Parse(options)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_place_that_is_named_twice_is_checked_once_and_all_workers_see_the_same()
    {
        CheckRig rig = new();
        rig.Answers["127.0.0.1:9001"] = "refused";
        rig.Answers["unix:/run/app.sock"] = null;
        RelaySettings settings = Parse("--to", "127.0.0.1:9001", "--to", "127.0.0.1:9001", "--to", "unix:/run/app.sock", "--check", "tcp");
        RelayChecks checks = Open(rig, settings with { To = [.. settings.To.Skip(1)] });
        checks.Start();
        rig.Pass(200);
        Assert.Equal(["127.0.0.1:9001", "unix:/run/app.sock"], rig.Begun.Select(static begun => begun.Key).Order(StringComparer.Ordinal));
        Assert.True(checks.Of(settings.To[1]).IsUnhealthy);
        Assert.Same(checks.Of(settings.To[1]), checks.Of(settings.To[2]));
        Assert.False(checks.Of(settings.To[3]).IsUnhealthy);
        Assert.Equal("""[{"to":"127.0.0.1:9001","health":"Unhealthy","check":"refused"},{"to":"unix:/run/app.sock","health":"Healthy","check":"passed"}]""", checks.Describe());
        Assert.Equal(new CheckFigures(1, 1, 0, 0, 1, 1), checks.Figures);
    }

    [Fact]
    public void What_the_process_before_found_holds_until_the_first_check()
    {
        CheckRig rig = new();
        rig.Answers["127.0.0.1:9001"] = "refused";
        rig.Answers["127.0.0.1:9002"] = "refused";
        RelaySettings settings = Parse("--to", "127.0.0.1:9001", "--to", "127.0.0.1:9002", "--check", "tcp");
        settings = settings with { To = [.. settings.To.Skip(1)] };
        RelayChecks before = Open(rig, settings);
        before.Start();
        rig.Pass(200);
        Assert.Equal("127.0.0.1:9001\n127.0.0.1:9002", before.UnhealthyPlaces);

        rig.Answers["127.0.0.1:9001"] = null;
        RelayChecks after = Open(rig, settings);
        after.Inherit(before.UnhealthyPlaces + "\n127.0.0.1:9003");
        Assert.Equal((true, true), (after.Of(settings.To[0]).IsUnhealthy, after.Of(settings.To[1]).IsUnhealthy));
        Assert.Contains("\"to\":\"127.0.0.1:9001\",\"health\":\"Unhealthy\",\"check\":\"found by the process before this one\"", after.Describe(), StringComparison.Ordinal);
        after.Start();
        rig.Pass(200);
        Assert.Equal((false, true), (after.Of(settings.To[0]).IsUnhealthy, after.Of(settings.To[1]).IsUnhealthy));
        Assert.Contains("\"to\":\"127.0.0.1:9001\",\"health\":\"Healthy\"", after.Describe(), StringComparison.Ordinal);
    }

    private static RelayChecks Open(CheckRig rig, RelaySettings settings)
        => new(rig.Loop, settings, static place => new UpstreamSettings { Address = place.Address, Host = place.Host }, rig.MakeProbe);

    private static RelaySettings Parse(params string[] options) => RelayCommand.Parse(["--listen", "127.0.0.1:1", "--to", "127.0.0.1:2", .. options]);

    private static Func<HttpStream, Task> Named(string name) => exchange =>
    {
        ScriptedHandler.Answer(exchange, 200, "at " + name);
        return Task.CompletedTask;
    };

    /// <summary>Which servers answered some requests, each letter once.</summary>
    private static string Ask(FanRig rig, int times)
    {
        SortedSet<char> names = [];
        for (int i = 0; i < times; i++)
        {
            string answer = rig.Ask(Get);
            Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
            names.Add(answer[answer.IndexOf("at ", StringComparison.Ordinal) + 3]);
        }

        return string.Concat(names);
    }
}
