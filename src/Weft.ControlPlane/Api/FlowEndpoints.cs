using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Flows;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Api;

/// <summary>Calls about single exchanges: records, their joined story, traces, taps, and why.</summary>
internal sealed class FlowEndpoints(ApiParts parts, ApiPipeline pipeline, CancellationToken stopping)
{
    private const int RecordsMax = 2_000;
    private const int TracesMax = 200;
    private const int TapPerSecondMax = 10_000;
    private const int IdLengthMax = 200;
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(10);

    private IExchangeView Flows => parts.Ports.Flows;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/flows", ListAsync);
        routes.MapGet("/v1/flows/{id}", FindAsync);
        routes.MapGet("/v1/traces", TracesAsync);
        routes.MapGet("/v1/traces/{id}", TraceAsync);
        routes.MapGet("/v1/tap", TapAsync);
        routes.MapGet("/v1/why", WhyAsync);
        routes.MapPost("/v1/why", WhatIfAsync);
    }

    private Task ListAsync(HttpContext context)
    {
        int limit = (int)ApiRequest.NumberQuery(context, "limit", standard: 200, min: 1, RecordsMax);
        DateTimeOffset since = TrafficRequest.Time(context, "since") ?? DateTimeOffset.UnixEpoch;
        return ApiAnswer.WriteAsync(context, Flows.List(FilterOf(context), limit, since), ApiJson.Default.FlowList);
    }

    private async Task FindAsync(HttpContext context)
    {
        string id = IdOf(context);
        FlowStory story = await Flows.FindAsync(id, context.RequestAborted)
            ?? throw ApiFailureException.NotFound($"neither the server nor a proxy keeps a record of request \"{id}\" any more");
        await ApiAnswer.WriteAsync(context, story, ApiJson.Default.FlowStory);
    }

    private Task TracesAsync(HttpContext context)
    {
        int limit = (int)ApiRequest.NumberQuery(context, "limit", standard: 50, min: 1, TracesMax);
        return ApiAnswer.WriteAsync(context, Flows.ListTraces(FilterOf(context), limit), ApiJson.Default.TraceList);
    }

    private Task TraceAsync(HttpContext context)
    {
        string id = IdOf(context);
        TraceAnswer trace = Flows.FindTrace(id.ToLowerInvariant()) ?? throw ApiFailureException.NotFound($"no span of trace \"{id}\" is kept");
        return ApiAnswer.WriteAsync(context, trace, ApiJson.Default.TraceAnswer);
    }

    /// <summary>Who taps is written down before the first record is sent, and for how long afterwards.</summary>
    private Task TapAsync(HttpContext context)
    {
        TapRequest request = new(
            FilterOf(context).ToString(),
            (int)ApiRequest.NumberQuery(context, "maxRps", standard: 100, min: 1, TapPerSecondMax),
            ApiRequest.Query(context, "headers") ?? "",
            ApiRequest.Query(context, "namespace"),
            ApiRequest.Query(context, "service"));
        string detail = $"filter \"{request.Filter}\" headers \"{request.Headers}\" namespace \"{request.Namespace}\" service \"{request.Service}\"";
        return pipeline.ChangeAsync(context, "tap.open", detail, async actor =>
        {
            DateTimeOffset begin = parts.Time.GetUtcNow();
            parts.Store.AppendAudit(new AuditEntry(actor, "tap.open", detail));
            TapStatus? last = null;
            try
            {
                last = await StreamAsync(context, request);
            }
            finally
            {
                string length = (parts.Time.GetUtcNow() - begin).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
                parts.Store.AppendAudit(new AuditEntry(actor, "tap.close", detail, $"{length} s, {last?.Matched ?? 0} matched"));
            }
        });
    }

    private async Task<TapStatus?> StreamAsync(HttpContext context, TapRequest request)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        EventStream stream = new(context);
        DateTimeOffset heartbeatAt = parts.Time.GetUtcNow() + s_heartbeat;
        bool isOpen = false;
        TapStatus last = new(0, 0, 0);
        try
        {
            return await Flows.TapAsync(request, SendAsync, stop.Token)
                ?? throw ApiFailureException.Of(429, ApiCodes.Unavailable, "as many taps as there may be are open already; close one");
        }
        catch (OperationCanceledException)
        {
            return last;
        }

        async Task SendAsync(FlowRecord? record, TapStatus status)
        {
            if (!isOpen)
            {
                isOpen = true;
                await stream.BeginAsync();
            }

            last = status;
            if (record is not null)
            {
                stream.Add("flow", JsonSerializer.SerializeToUtf8Bytes(record, ApiJson.Default.FlowRecord));
            }
            else
            {
                stream.Add("status", JsonSerializer.SerializeToUtf8Bytes(status, ApiJson.Default.TapStatus));
            }

            await stream.FlushAsync();
            if (parts.Time.GetUtcNow() >= heartbeatAt)
            {
                heartbeatAt = parts.Time.GetUtcNow() + s_heartbeat;
                await stream.CommentAsync("still here");
            }
        }
    }

    private Task WhyAsync(HttpContext context) => AnswerWhyAsync(context, null);

    /// <summary>The same question with documents in its body: what would happen if they were applied.</summary>
    private async Task WhatIfAsync(HttpContext context)
        => await AnswerWhyAsync(context, parts.Commits.Preview(await ApiRequest.ReadCommitAsync(context), ApiPipeline.ActorOf(context)));

    private async Task AnswerWhyAsync(HttpContext context, ModelRevision? instead)
    {
        WhyQuestion question = new(
            Required(context, "source"),
            Required(context, "destination"),
            (int)ApiRequest.NumberQuery(context, "port", standard: 0, min: 0, ushort.MaxValue),
            ApiRequest.Query(context, "method") ?? "GET",
            ApiRequest.Query(context, "path") ?? "/",
            [.. context.Request.Query["header"].OfType<string>().Take(32)]);
        if (!question.Path.StartsWith('/') || question.Path.Length > 4_096 || question.Method.Length > 64)
        {
            throw ApiFailureException.BadRequest("\"path\" must begin with a slash and have at most 4096 characters");
        }

        WhyAnswer answer = await parts.Ports.Why.AskAsync(question, instead, context.RequestAborted)
            ?? throw ApiFailureException.BadRequest("\"source\" and \"destination\" must be services as namespace/name");
        await ApiAnswer.WriteAsync(context, answer, ApiJson.Default.WhyAnswer);
    }

    private static string Required(HttpContext context, string name)
        => ApiRequest.Query(context, name) ?? throw ApiFailureException.BadRequest($"the parameter \"{name}\" is missing");

    private static string IdOf(HttpContext context)
    {
        string id = ApiRequest.Route(context, "id");
        return id.Length <= IdLengthMax ? id : throw ApiFailureException.BadRequest($"an id has at most {IdLengthMax} characters");
    }

    private static Filter FilterOf(HttpContext context) => TrafficRequest.Filter(context, FilterSchema.Flows);
}
