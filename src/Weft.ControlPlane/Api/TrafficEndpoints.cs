using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Contracts.Api;
using Weft.ControlPlane.Insight;

namespace Weft.ControlPlane.Api;

/// <summary>Calls about traffic: tables, the map at a time and over time, series, scores, and how the mesh is as a whole.</summary>
internal sealed class TrafficEndpoints(ApiParts parts, ApiPipeline pipeline)
{
    private const int StepSecondsMax = 24 * 3_600;
    private const double SeriesSeconds = 900;
    private const double FramesSeconds = 600;

    private ITrafficView Traffic => parts.Ports.Traffic;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/edges", EdgesAsync);
        routes.MapGet("/v1/stat", StatAsync);
        routes.MapGet("/v1/topology", TopologyAsync);
        routes.MapGet("/v1/topology/columns", ColumnsAsync);
        routes.MapGet("/v1/topology/frames", FramesAsync);
        routes.MapGet("/v1/topology/diff", DiffAsync);
        routes.MapGet("/v1/layout", context => ApiAnswer.WriteAsync(context, Traffic.GetLayout(), ApiJson.Default.MapLayout));
        routes.MapPut("/v1/layout", PutLayoutAsync);
        routes.MapGet("/v1/series", SeriesAsync);
        routes.MapGet("/v1/scores", ScoresAsync);
        routes.MapGet("/v1/home", HomeAsync);
    }

    private async Task EdgesAsync(HttpContext context)
    {
        TrafficTable table = await Traffic.GetEdgesAsync(Query(context), context.RequestAborted);
        await ApiAnswer.WriteAsync(context, table, ApiJson.Default.TrafficTable);
    }

    private async Task StatAsync(HttpContext context)
    {
        string by = ApiRequest.Query(context, "by") ?? "service";
        if (!Traffic.Groupings.Contains(by))
        {
            throw ApiFailureException.BadRequest($"the parameter \"by\" must be one of {string.Join(", ", Traffic.Groupings)}");
        }

        await ApiAnswer.WriteAsync(context, await Traffic.GetStatAsync(Query(context), by, context.RequestAborted), ApiJson.Default.TrafficTable);
    }

    private async Task TopologyAsync(HttpContext context)
        => await Traffic.GiveTopologyAsync(Query(context), map => ApiAnswer.StreamAsync(context, map, static json => json.Topology), context.RequestAborted);

    private async Task ColumnsAsync(HttpContext context)
    {
        TopologyColumns topology = await Traffic.GetTopologyColumnsAsync(Query(context), context.RequestAborted);
        await ApiAnswer.WriteAsync(context, topology, ApiJson.Default.TopologyColumns);
    }

    private async Task FramesAsync(HttpContext context)
    {
        TrafficQuery query = TrafficRequest.Read(context, parts.Time.GetUtcNow(), FramesSeconds);
        int step = (int)ApiRequest.NumberQuery(context, "step", standard: 10, min: 1, StepSecondsMax);
        await ApiAnswer.WriteAsync(context, await Traffic.GetFramesAsync(query, step, context.RequestAborted), ApiJson.Default.TopologyFrames);
    }

    private async Task DiffAsync(HttpContext context)
    {
        TimeSpan window = ApiRequest.SecondsQuery(context, "window", standard: 60, max: 24 * 3_600);
        if (TrafficRequest.At(context, "a", window) is not { } a || TrafficRequest.At(context, "b", window) is not { } b)
        {
            throw ApiFailureException.BadRequest("the parameters \"a\" and \"b\" are the two times to compare");
        }

        await ApiAnswer.WriteAsync(context, await Traffic.GetDiffAsync(a, b, context.RequestAborted), ApiJson.Default.TopologyDiff);
    }

    private Task PutLayoutAsync(HttpContext context) => pipeline.ChangeAsync(context, "map.layout", "", async actor =>
    {
        MapLayout layout = await ApiRequest.ReadLayoutAsync(context);
        if (Traffic.PutLayout(layout, actor) is { } wrong)
        {
            throw ApiFailureException.BadRequest(wrong);
        }

        await ApiAnswer.WriteAsync(context, layout, ApiJson.Default.MapLayout);
    });

    private async Task SeriesAsync(HttpContext context)
    {
        string of = ApiRequest.Query(context, "of") ?? "mesh";
        TrafficQuery query = TrafficRequest.Read(context, parts.Time.GetUtcNow(), SeriesSeconds);
        int step = (int)ApiRequest.NumberQuery(context, "step", standard: 0, min: 0, StepSecondsMax);
        SeriesAnswer series = await Traffic.GetSeriesAsync(of, query, step, context.RequestAborted)
            ?? throw ApiFailureException.BadRequest(
                "the parameter \"of\" must be mesh, service:NS/NAME, edge:SOURCE>DESTINATION, workload:NS/NAME, route:NS/NAME/ROUTE or namespace:NS");
        await ApiAnswer.WriteAsync(context, series, ApiJson.Default.SeriesAnswer);
    }

    private Task ScoresAsync(HttpContext context)
    {
        string by = ApiRequest.Query(context, "by") ?? "service";
        return by is "service" or "edge"
            ? ApiAnswer.WriteAsync(context, Traffic.GetScores(by), ApiJson.Default.ScoreList)
            : throw ApiFailureException.BadRequest("the parameter \"by\" must be service or edge");
    }

    private async Task HomeAsync(HttpContext context)
    {
        TrafficQuery query = Query(context);
        TrafficSummary traffic = await Traffic.GetSummaryAsync(query, context.RequestAborted);
        SeriesAnswer? mesh = await Traffic.Live.GetSeriesAsync("mesh", query, (int)query.Seconds, context.RequestAborted);
        HomeAnswer home = HomeReader.Make(parts, traffic, parts.Ports.Mesh.GetStatus(), mesh?.P99Ms.LastOrDefault(static p99 => p99 is not null));
        await ApiAnswer.WriteAsync(context, home, ApiJson.Default.HomeAnswer);
    }

    private TrafficQuery Query(HttpContext context) => TrafficRequest.Read(context, parts.Time.GetUtcNow());
}
