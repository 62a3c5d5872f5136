using System.Net;
using System.Text.Json;
using Weft.Contracts.Api;
using Weft.ControlPlane.Tests.Support;
using Xunit;

namespace Weft.ControlPlane.Tests.Api;

public sealed class FlowApiTests
{
    [Fact]
    public async Task Records_stories_and_traces_are_read_and_what_is_unknown_is_not_found()
    {
        await using TestApi api = await TestApi.StartAsync();
        FlowList flows = await api.GetAsync("/v1/flows?filter=status%3E%3D500&limit=7", ApiJson.Default.FlowList);
        Assert.Equal(("(status>=500) 7", 3), (flows.Flows.Single().RequestId, flows.Dropped));
        Assert.Equal("known", (await api.GetAsync("/v1/flows/known", ApiJson.Default.FlowStory)).RequestId);
        Assert.Equal("t", (await api.GetAsync("/v1/traces", ApiJson.Default.TraceList)).Items.Single().TraceId);
        Assert.Equal("t", (await api.GetAsync("/v1/traces/T", ApiJson.Default.TraceAnswer)).TraceId);
        await api.FailAsync(HttpMethod.Get, "/v1/flows/other", HttpStatusCode.NotFound);
        await api.FailAsync(HttpMethod.Get, "/v1/traces/other", HttpStatusCode.NotFound);
        ApiError wrong = await api.FailAsync(HttpMethod.Get, "/v1/flows?filter=statis%3D%3D1", HttpStatusCode.BadRequest);
        Assert.Contains("did you mean status", wrong.Message, StringComparison.Ordinal);
        Assert.Equal("/a?b=c", (await api.GetAsync("/v1/why?source=a/b&destination=c/d&path=/a%3Fb%3Dc", ApiJson.Default.WhyAnswer)).Verdict.Text);
        await api.FailAsync(HttpMethod.Get, "/v1/why?source=a/b", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_question_with_documents_is_judged_by_the_model_that_they_would_make_and_changes_nothing()
    {
        const string Service = "apiVersion: v1\nkind: Service\nmetadata: {{ name: {0}, namespace: shop }}\nspec: {{ ports: [ {{ port: {1} }} ] }}\n";
        await using TestApi api = await TestApi.StartAsync();
        await api.ApplyAsync(Yaml("cart", 80) + "---\n" + Yaml("web", 80));
        const string Path = "/v1/why?source=shop/web&destination=shop/cart";
        WhyAnswer answer = await api.PostAsync(Path, TestApi.Body(Yaml("cart", 81) + "---\n" + Yaml("fresh", 80)), ApiJson.Default.WhyAnswer);
        Assert.Equal("Service/shop/cart new Service/shop/fresh new Service/shop/web old", answer.Verdict.Text);
        ApiError wrong = await api.FailAsync(HttpMethod.Post, Path, HttpStatusCode.BadRequest, TestApi.Body("apiVersion: v1\nkind: Servce\nmetadata: { name: x }\n"));
        Assert.NotEmpty(wrong.Findings);
        Assert.Equal(2, (await api.GetAsync("/v1/resources", ApiJson.Default.ResourceList)).Items.Count);
        Assert.Single(await api.GetAsync("/v1/commits", ApiJson.Default.IReadOnlyListCommitResult));

        static string Yaml(string name, int port) => string.Format(System.Globalization.CultureInfo.InvariantCulture, Service, name, port);
    }

    [Fact]
    public async Task A_tap_is_a_stream_of_events_and_its_beginning_and_end_are_recorded()
    {
        await using TestApi api = await TestApi.StartAsync();
        using (HttpResponseMessage response = await api.OpenAsync("/v1/tap?filter=status%3E%3D500&headers=x-user"))
        {
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
            using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
            Assert.Equal("status", await NextAsync(reader, data => Assert.Equal(2, data.GetProperty("matched").GetInt64())));
            Assert.Equal("flow", await NextAsync(reader, data => Assert.Equal("(status>=500)", data.GetProperty("requestId").GetString())));
            Assert.Equal("tap.open", Assert.Single(api.Audit()).Entry.Action);
        }

        await Eventually.TrueAsync(() => api.Audit().Count == 2, "the end of the tap is recorded");
        Assert.Equal("tap.close", api.Audit()[0].Entry.Action);
        Assert.Contains("2 matched", api.Audit()[0].Entry.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_begin_with_the_whole_and_tell_of_commits()
    {
        await using TestApi api = await TestApi.StartAsync();
        using HttpResponseMessage response = await api.OpenAsync("/v1/events");
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        Assert.Equal("topology", await NextAsync(reader, data => Assert.Equal(10, data.GetProperty("windowSeconds").GetDouble())));
        Assert.Equal("status", await NextAsync(reader, _ => { }));
        Assert.Equal("health", await NextAsync(reader, data => Assert.NotEmpty(data.GetProperty("sentence").GetString()!)));
        await api.ApplyAsync(
            """
            apiVersion: v1
            kind: Service
            metadata: { name: cart }
            spec: { ports: [ { port: 8080 } ] }
            """);
        for (int i = 0; i < 100; i++)
        {
            if (await NextAsync(reader, _ => { }) == "commit")
            {
                return;
            }
        }

        Assert.Fail("no event told of the commit");
    }

    private static async Task<string> NextAsync(StreamReader reader, Action<JsonElement> check)
    {
        string name = "";
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line["event: ".Length..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using JsonDocument document = JsonDocument.Parse(line["data: ".Length..]);
                check(document.RootElement);
                return name;
            }
        }

        return "";
    }
}
