using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Contracts.Api;

namespace Weft.ControlPlane.Api;

/// <summary>Calls about what applications and collectors sent over OTLP; their spans are in traces.</summary>
internal sealed class OtlpEndpoints(ApiParts parts)
{
    private const int ItemsMax = 5_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/logs", LogsAsync);
        routes.MapGet("/v1/metrics", MetricsAsync);
    }

    private Task LogsAsync(HttpContext context)
        => ApiAnswer.WriteAsync(
            context,
            parts.Ports.Otlp.GetLogs(ApiRequest.Query(context, "service"), ApiRequest.Query(context, "trace"), LimitOf(context)),
            ApiJson.Default.LogList);

    private Task MetricsAsync(HttpContext context)
        => ApiAnswer.WriteAsync(
            context,
            parts.Ports.Otlp.GetMetrics(ApiRequest.Query(context, "service"), ApiRequest.Query(context, "name"), LimitOf(context)),
            ApiJson.Default.MetricList);

    private static int LimitOf(HttpContext context) => (int)ApiRequest.NumberQuery(context, "limit", standard: 200, min: 1, ItemsMax);
}
