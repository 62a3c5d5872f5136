using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Weft.Contracts.Api;

namespace Weft.Cli.Api;

/// <summary>Calls about single exchanges, and streams of events.</summary>
internal sealed partial class ApiClient
{
    /// <summary>A stream sends a comment every ten seconds; three times that without a byte means that nobody is there.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(30);

    /// <param name="filter">Of the flow language; empty for all.</param>
    /// <param name="limit">At most so many, the newest.</param>
    /// <param name="since">Not older than this.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task<FlowList> FlowsAsync(string filter, int limit, DateTimeOffset since, CancellationToken cancel) => SendAsync(
        HttpMethod.Get,
        "/v1/flows" + Query(("filter", Given(filter)), ("limit", Path($"{limit}")), ("since", since.UtcDateTime.ToString("O"))),
        ApiJson.Default.FlowList,
        cancel);

    /// <summary>What every proxy on the way wrote of one request.</summary>
    public Task<FlowStory> FlowStoryAsync(string requestId, CancellationToken cancel)
        => SendAsync(HttpMethod.Get, $"/v1/flows/{Uri.EscapeDataString(requestId)}", ApiJson.Default.FlowStory, cancel);

    public Task<TraceList> TracesAsync(string filter, int limit, CancellationToken cancel)
        => SendAsync(HttpMethod.Get, "/v1/traces" + Query(("filter", Given(filter)), ("limit", Path($"{limit}"))), ApiJson.Default.TraceList, cancel);

    public Task<TraceAnswer> TraceAsync(string traceId, CancellationToken cancel)
        => SendAsync(HttpMethod.Get, $"/v1/traces/{Uri.EscapeDataString(traceId)}", ApiJson.Default.TraceAnswer, cancel);

    /// <summary>What would happen to a request, step by step.</summary>
    public Task<WhyAnswer> WhyAsync(WhyRequest request, CancellationToken cancel) => SendAsync(HttpMethod.Get, PathOf(request), ApiJson.Default.WhyAnswer, cancel);

    /// <summary>The same, as if the documents were applied.</summary>
    public Task<WhyAnswer> WhatIfAsync(WhyRequest request, CommitRequest documents, CancellationToken cancel)
        => SendAsync(HttpMethod.Post, PathOf(request), ApiJson.Default.WhyAnswer, cancel, JsonSerializer.SerializeToUtf8Bytes(documents, ApiJson.Default.CommitRequest));

    private static string PathOf(WhyRequest request) => "/v1/why" + Query([
        ("source", request.Source), ("destination", request.Destination), ("port", request.Port == 0 ? null : Path($"{request.Port}")), ("method", request.Method), ("path", request.Path),
        .. request.Headers.Select(header => ("header", (string?)header)),
    ]);

    /// <summary>What proxies see from now on: events "flow" and "status".</summary>
    public IAsyncEnumerable<SseItem<string>> TapAsync(TapQuestion question, CancellationToken cancel) => StreamAsync(
        "/v1/tap" + Query(
            ("filter", Given(question.Filter)),
            ("maxRps", Path($"{question.MaxPerSecond}")),
            ("headers", Given(string.Join(',', question.Headers))),
            ("namespace", question.Namespace),
            ("service", question.Service)),
        lastId: null,
        cancel);

    /// <summary>What changes, from the whole on: events "topology", "status", "health" and "commit".</summary>
    /// <param name="lastId">The last event that was seen, to miss nothing; null to begin with the whole.</param>
    /// <param name="cancel">Ends the call.</param>
    public IAsyncEnumerable<SseItem<string>> EventsAsync(string? lastId, CancellationToken cancel) => StreamAsync("/v1/events", lastId, cancel);

    /// <summary>Ends when the control plane ends the stream; throws when it goes away or falls silent.</summary>
    private async IAsyncEnumerable<SseItem<string>> StreamAsync(string path, string? lastId, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        }

        using var response = await OpenStreamAsync(request, cancel);
        if (!response.IsSuccessStatusCode)
        {
            throw ApiFailure.From(response.StatusCode, await ReadBodyAsync(response, cancel), path);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var body = new WatchedStream(await response.Content.ReadAsStreamAsync(cancel), () => limit.CancelAfter(SilenceMax));
        await using var items = SseParser.Create(body).EnumerateAsync(limit.Token).GetAsyncEnumerator(limit.Token);
        while (await NextAsync(items, cancel))
        {
            yield return items.Current;
        }
    }

    private async Task<HttpResponseMessage> OpenStreamAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException e)
        {
            throw ApiFailure.Unreachable(_endpoint, e);
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> items, CancellationToken cancel)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw ApiFailure.Silent(_endpoint, SilenceMax);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw ApiFailure.Unreachable(_endpoint, e);
        }
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;
}
