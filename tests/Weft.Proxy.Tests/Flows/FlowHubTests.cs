using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.Proxy.Flows;
using Weft.Proxy.Flows.AccessLogs;
using Weft.Proxy.Tests.Testing;
using Weft.Routing.Snapshot;
using Xunit;

namespace Weft.Proxy.Tests.Flows;

/// <summary>Records of real exchanges over memory, as the control thread hands them on.</summary>
public sealed class FlowHubTests
{
    private readonly RelayRig _rig = new(flows: true);
    private readonly FlowHub _hub;
    private readonly List<FlowBatch> _sent = [];
    private readonly List<MemoryTransport> _origins = [];
    private readonly MemoryTransport _client;
    private bool _room = true;

    public FlowHubTests()
    {
        _rig.Origin.OnAccept = _origins.Add;
        _rig.Settings.Publish(_rig.Settings.Value with { SampleShare = 0 });
        _hub = new FlowHub(_rig.Loop, _rig.Settings, [_rig.Flows!]);
        _hub.SetSession(batch =>
        {
            if (_room)
            {
                _sent.Add(batch);
            }

            return _room;
        });
        _client = _rig.Connect();
    }

    private static string Ok => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private static string Failed => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public void Failures_and_slow_exchanges_are_sent_unasked_and_ordinary_ones_are_not()
    {
        Exchange("/fine", Ok);
        Exchange("/bad?token=s3cret", Failed);
        Exchange("/late", Ok, afterMs: 1_500);
        _hub.Pump();
        FlowRecord[] flows = [.. Assert.Single(_sent).Flows];
        Assert.Equal([("/bad?token=***", "error", 503u), ("/late", "slow", 200u)], flows.Select(static f => (f.Path, f.Sampled, f.Status)));
        FlowRecord late = flows[1];
        Assert.Equal("GET", late.Method);
        Assert.Equal("shop", late.Host);
        Assert.Equal("OK", late.Reason);
        Assert.Equal(5ul, late.BytesReceived);
        Assert.Equal(1_500_000u, late.Timing!.TotalUs);
        Assert.Equal(1_500_000u, late.Timing.ApplicationUs);
        Assert.Equal("10.0.0.1:40000", late.Source!.Address);
        Assert.Equal("127.0.0.1:8080", late.Destination!.Address);
        Attempt attempt = Assert.Single(late.Attempts);
        Assert.Equal(("127.0.0.1:8080", "OK", 200u, 1_500_000u), (attempt.Endpoint, attempt.Reason, attempt.Status, attempt.WaitUs));
        Assert.Equal(16, late.TraceId.Length);
        Assert.Equal(8, late.SpanId.Length);
    }

    [Fact]
    public void What_the_control_plane_says_of_records_holds_until_it_says_nothing_any_more()
    {
        _hub.Follow(new TelemetryView(TraceShare: 1, SlowUs: 200_000, AccessLogShare: null));
        Exchange("/fine", Ok);
        Exchange("/late", Ok, afterMs: 300);
        _hub.Pump();
        Assert.Equal([("/late", "slow"), ("/fine", "rate")], _sent.SelectMany(static batch => batch.Flows).OrderBy(static f => f.Sampled == "rate").Select(static f => (f.Path, f.Sampled)));

        // A tap changes the settings, too: neither undoes what the other wants.
        Assert.True(_hub.StartTap(new Dictionary<string, string> { ["id"] = "t", ["headers"] = "x-user" }, out _));
        Assert.Equal((1, 200_000, 1), (_hub.Settings.SampleShare, _hub.Settings.SlowUs, _hub.Settings.HeaderNames.Count));
        _hub.Follow(null);
        Assert.Equal((0, FlowSettings.SlowDefaultUs, 1), (_hub.Settings.SampleShare, _hub.Settings.SlowUs, _hub.Settings.HeaderNames.Count));
    }

    [Fact]
    public void The_upstream_gets_the_id_that_the_record_has()
    {
        string head = Exchange("/bad", Failed);
        _hub.Pump();
        Assert.Contains($"x-request-id: {_sent[0].Flows[0].RequestId}\r\n", head, StringComparison.Ordinal);
        Assert.True(Guid.TryParse(_sent[0].Flows[0].RequestId, out _));
    }

    [Fact]
    public void What_is_sent_unasked_can_stand_for_a_latency_and_ordinary_exchanges_cannot()
    {
        Exchange("/fine", Ok);
        Exchange("/bad", Failed);
        Exchange("/late", Ok, afterMs: 1_500);
        _hub.Pump();
        Assert.Equal(
            [(true, 1_500_000L), (false, 0L)],
            _hub.Exemplars().Select(static exemplar => (exemplar.Success, exemplar.LatencyUs)));
        Assert.Equal(
            _sent[0].Flows.Select(static flow => Convert.ToHexStringLower(flow.TraceId)).Reverse(),
            _hub.Exemplars().Select(static exemplar => exemplar.TraceId.ToString("x32", System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_tap_gets_what_its_filter_matches_up_to_its_rate_and_says_what_it_left_out()
    {
        Exchange("/before", Ok);
        Assert.True(_hub.StartTap(Arguments("filter", "path.startsWith(\"/a\")", "max-rps", "3", "headers", "x-color, Authorization"), out _));
        for (int i = 0; i < 5; i++)
        {
            Exchange("/a/" + i, Ok, fields: "X-Color: red\r\nAuthorization: Bearer s3cret\r\n");
        }

        Exchange("/b", Ok);
        _hub.Pump();
        FlowBatch batch = Assert.Single(_sent);
        Assert.Equal(("t1", 5ul, 2ul), (batch.Tap, batch.Matched, batch.Dropped));
        Assert.Equal(["/a/0", "/a/1", "/a/2"], batch.Flows.Select(static f => f.Path));
        Assert.All(batch.Flows, static f => Assert.Equal("tap", f.Sampled));
        Assert.Equal([("x-color", "red"), ("authorization", "***")], batch.Flows[0].Headers.Select(static h => (h.Name, h.Value)));
        _rig.Advance(1_000);
        Exchange("/a/again", Ok);
        _hub.Pump();
        Assert.Equal("/a/again", Assert.Single(_sent[1].Flows).Path);
    }

    [Fact]
    public void Taps_are_bounded_in_number_and_time_and_end_with_their_session()
    {
        Assert.False(_hub.StartTap(Arguments("filter", "stauts > 1"), out string text));
        Assert.Contains("did you mean status?", text, StringComparison.Ordinal);
        for (int i = 0; i < FlowHub.TapsMax; i++)
        {
            Assert.True(_hub.StartTap(Arguments("id", $"t{i}", "seconds", "10"), out _));
        }

        Assert.False(_hub.StartTap(Arguments("id", "more"), out _));
        Assert.True(_hub.StartTap(Arguments("id", "t3", "seconds", "100"), out _));
        Assert.True(_hub.StopTap("t4"));
        Assert.False(_hub.StopTap("t4"));
        _rig.Advance(10_000);
        _hub.Pump();
        Assert.Equal(1, _hub.TapCount);
        _hub.SetSession(null);
        Assert.Equal(0, _hub.TapCount);
        Assert.False(_rig.Settings.Value.WantsConsidered);
    }

    [Fact]
    public void A_session_without_room_loses_records_and_counts_them()
    {
        _room = false;
        Exchange("/bad", Failed);
        _hub.Pump();
        Assert.Empty(_sent);
        _room = true;
        Exchange("/bad/2", Failed);
        _hub.Pump();
        Assert.Equal(("/bad/2", 1ul), (Assert.Single(_sent).Flows[0].Path, _sent[0].Dropped));
    }

    [Fact]
    public void What_is_sent_unasked_is_bounded_per_second()
    {
        for (int i = 0; i < 250; i++)
        {
            Exchange("/bad", Failed);
        }

        _hub.Pump();
        Assert.Equal((200, 50ul), (_sent[0].Flows.Count, _sent[0].Dropped));
    }

    [Fact]
    public void A_record_is_found_by_its_request_id()
    {
        Exchange("/one", Ok, fields: "X-Request-Id: order-7\r\n");
        Exchange("/two", Ok, fields: "X-Request-Id: order-8\r\n");
        FlowRecord found = FlowJson.Read(Encoding.UTF8.GetBytes(_hub.Find("order-7")!));
        Assert.Equal("/one", found.Path);
        Assert.Null(_hub.Find("order-9"));
    }

    [Fact]
    public void The_access_log_has_a_line_of_JSON_for_every_exchange()
    {
        string path = Path.Combine(Path.GetTempPath(), $"weft-log-{Guid.NewGuid():n}");
        try
        {
            using (AccessLog log = new(path, new JsonLogFormat(), _rig.Settings))
            {
                _hub.Add(log);
                Exchange("/a?x=1", Ok, fields: "X-Request-Id: r-1\r\n");
                Exchange("/b", Failed);
                _hub.Pump();
            }

            string[] lines = [.. File.ReadAllLines(path).OrderByDescending(static text => text.Contains("r-1", StringComparison.Ordinal))];
            Assert.Equal(2, lines.Length);
            using JsonDocument first = JsonDocument.Parse(lines[0]);
            JsonElement line = first.RootElement;
            Assert.Equal("r-1", line.GetProperty("request_id").GetString());
            Assert.Equal("/a?x=***", line.GetProperty("path").GetString());
            Assert.Equal(200, line.GetProperty("status").GetInt32());
            Assert.Equal("OK", line.GetProperty("reason").GetString());
            Assert.Equal("10.0.0.1:40000", line.GetProperty("src").GetProperty("address").GetString());
            Assert.Equal(1, line.GetProperty("attempts").GetInt32());
            Assert.Equal(DateTimeKind.Utc, line.GetProperty("ts").GetDateTime().Kind);
            using JsonDocument second = JsonDocument.Parse(lines[1]);
            Assert.Equal(503, second.RootElement.GetProperty("status").GetInt32());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("/a%20b")]
    [InlineData("/quote\"back\\slash")]
    [InlineData("/\u00e9\u00ff")]
    [InlineData("/<script>&'+")]
    public void Whatever_a_peer_asks_for_a_line_is_JSON(string path)
    {
        Exchange(path, Ok);
        FlowView view = new();
        Assert.True(_rig.Flows!.Recent.TryRead(0, ref view.Data));
        System.Buffers.ArrayBufferWriter<byte> line = new();
        JsonLogFormat format = new();
        format.Write(view, line);
        Utf8JsonReader reader = new(line.WrittenSpan);
        using JsonDocument json = JsonDocument.ParseValue(ref reader);
        Assert.Equal(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(path)), json.RootElement.GetProperty("path").GetString());
        Assert.Equal(0.002m, Milliseconds(format, view, 2));
        Assert.Equal(1_234.5m, Milliseconds(format, view, 1_234_500));
        Assert.Equal(0, Allocations.Fewest(() =>
        {
            line.ResetWrittenCount();
            format.Write(view, line);
        }));
    }

    private static decimal Milliseconds(JsonLogFormat format, FlowView view, uint us)
    {
        view.Data.Facts.Parts.Total = us;
        System.Buffers.ArrayBufferWriter<byte> line = new();
        format.Write(view, line);
        Utf8JsonReader reader = new(line.WrittenSpan);
        using JsonDocument json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.GetProperty("dur_ms").GetDecimal();
    }

    [Fact]
    public void A_share_of_ordinary_exchanges_is_logged_as_the_control_plane_says_and_failures_always()
    {
        string path = Path.Combine(Path.GetTempPath(), $"weft-log-{Guid.NewGuid():n}");
        try
        {
            using (AccessLog log = new(path, TextLogFormat.Parse("%REQ(:PATH)%"), _rig.Settings))
            {
                _hub.Add(log);
                foreach (double? share in (ReadOnlySpan<double?>)[0, 0.5, null])
                {
                    _hub.Follow(new TelemetryView(null, null, share));
                    Exchange($"/a{share}", Ok);
                    Exchange($"/b{share}", Ok);
                    Exchange($"/bad{share}", Failed);
                    _hub.Pump();
                }
            }

            Assert.Equal(["/bad0", "/bad0.5", "/b0.5", "/bad", "/a", "/b"], File.ReadAllLines(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_rotated_log_goes_on_in_a_new_file()
    {
        string path = Path.Combine(Path.GetTempPath(), $"weft-log-{Guid.NewGuid():n}");
        try
        {
            using (AccessLog log = new(path, TextLogFormat.Parse("%REQ(:PATH)% %RESPONSE_CODE% %UPSTREAM_HOST% %ROUTE_NAME% 100%% %WEFT(bytesReceived)%"), _rig.Settings))
            {
                _hub.Add(log);
                Exchange("/a", Ok);
                _hub.Pump();
                Assert.True(SpinWait.SpinUntil(() => File.Exists(path) && new FileInfo(path).Length > 0, 10_000));
                File.Move(path, path + ".1");
                log.Reopen();
                Exchange("/b", Ok);
                _hub.Pump();
            }

            Assert.Equal("/a 200 127.0.0.1:8080 - 100% 5\n", File.ReadAllText(path + ".1"));
            Assert.Equal("/b 200 127.0.0.1:8080 - 100% 5\n", File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
            File.Delete(path + ".1");
        }
    }

    [Fact]
    public async Task Lines_that_came_while_the_writer_was_busy_are_written_at_the_end()
    {
        string path = Path.Combine(Path.GetTempPath(), $"weft-log-{Guid.NewGuid():n}");
        using (Process make = Process.Start("mkfifo", path))
        {
            make.WaitForExit();
        }

        try
        {
            Task<string> read;
            using (AccessLog log = new(path, TextLogFormat.Parse("%REQ(:PATH)%"), _rig.Settings))
            {
                // Nobody reads yet, so the writer is held where it opens the pipe.
                _hub.Add(log);
                Exchange("/a", Ok);
                _hub.Pump();
                Exchange("/b", Ok);
                _hub.Pump();
                read = File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            }

            Assert.Equal("/a\n/b\n", await read.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("%NOTHING%", "there is no operator %NOTHING%")]
    [InlineData("%RESPONSE_CODE", "the operator at character 1 is not closed")]
    public void A_wrong_format_is_refused(string format, string message)
        => Assert.Contains(message, Assert.Throws<UsageException>(() => TextLogFormat.Parse(format)).Message, StringComparison.Ordinal);

    private static Dictionary<string, string> Arguments(params string[] pairs)
    {
        Dictionary<string, string> arguments = new() { ["id"] = "t1" };
        for (int i = 0; i < pairs.Length; i += 2)
        {
            arguments[pairs[i]] = pairs[i + 1];
        }

        return arguments;
    }

    /// <summary>One request and its answer; the request as the origin saw it.</summary>
    private string Exchange(string path, string answer, long afterMs = 0, string fields = "")
    {
        _rig.Send(_client, $"GET {path} HTTP/1.1\r\nHost: shop\r\n{fields}\r\n");
        MemoryTransport origin = _origins[^1];
        string seen = _rig.Receive(origin);
        _rig.Advance(afterMs);
        _rig.Send(origin, answer);
        Assert.StartsWith("HTTP/1.1 ", _rig.Receive(_client), StringComparison.Ordinal);
        return seen;
    }
}
