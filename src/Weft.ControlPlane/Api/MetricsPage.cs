using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Weft.ControlPlane.Api;

/// <summary>What the server counts of itself, in Prometheus' text format 0.0.4. Traffic is not in it: proxies tell of that themselves.</summary>
internal sealed class MetricsPage(ApiParts parts)
{
    internal const string Path = "/v1/server/metrics";
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, AnswerAsync);

    private Task AnswerAsync(HttpContext context)
    {
        byte[] body = Encoding.UTF8.GetBytes(Write());
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private string Write()
    {
        ServerFigures figures = parts.Ports.Figures.GetFigures();
        StringBuilder text = new();
        Add("weft_server_info", "gauge", "Version of the server.", 1, $"{{version=\"{ServerVersion.Text}\"}}");
        Add("weft_server_sessions", "gauge", "Proxies with a session.", figures.Sessions);
        Add("weft_server_commit", "gauge", "Newest commit of the configuration.", parts.Models.Current.Commit);
        Add("weft_server_traffic_cells_dropped_total", "counter", "Cells of traffic that were not taken because there were too many.", figures.DroppedCells);
        Add("weft_server_history_points_lost_total", "counter", "Points of the history for which there was no room.", figures.LostPoints);
        Add("weft_server_history_open_bytes", "gauge", "Points that are not in packed blocks.", figures.OpenBytes);
        Add("weft_server_history_cached_bytes", "gauge", "Packed blocks in memory.", figures.CachedBytes);
        Add("weft_server_flow_records_lost_total", "counter", "Flow records that proxies could not send, or that were too long.", figures.LostFlows);
        Add("weft_server_otlp_spans_total", "counter", "Spans taken over OTLP.", figures.OtlpSpans);
        Add("weft_server_otlp_log_records_total", "counter", "Log records taken over OTLP.", figures.OtlpLogRecords);
        Add("weft_server_otlp_points_total", "counter", "Points of metrics taken over OTLP.", figures.OtlpPoints);
        Add("weft_server_otlp_rejected_total", "counter", "Items of OTLP that were refused.", figures.OtlpRejected);
        Add("process_cpu_seconds_total", "counter", "Processor time, user and system.", Environment.CpuUsage.TotalTime.TotalSeconds);
        Add("process_resident_memory_bytes", "gauge", "Resident memory.", Environment.WorkingSet);
        return text.ToString();

        void Add(string name, string type, string help, double value, string labels = "")
            => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name}{labels} {value}\n");
    }
}
