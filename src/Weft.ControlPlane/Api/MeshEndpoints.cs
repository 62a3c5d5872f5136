using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Contracts.Api;
using Weft.ControlPlane.Audit;
using Weft.Model.Reading;

namespace Weft.ControlPlane.Api;

/// <summary>Calls about proxies, tokens and trust; what they show comes from the rooms behind <see cref="MeshPorts"/>.</summary>
internal sealed class MeshEndpoints(ApiParts parts, ApiPipeline pipeline, CancellationToken stopping)
{
    private const int WaitSecondsMax = 600;
    private const int TokenSecondsMax = 24 * 3600;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/status", StatusAsync);
        routes.MapGet("/v1/commits/{number}/rollout", RolloutAsync);
        routes.MapGet("/v1/services", ServicesAsync);
        routes.MapGet("/v1/checks", ChecksAsync);
        routes.MapPost("/v1/tokens", IssueTokenAsync);
        routes.MapPost("/v1/proxies/{namespace}/{workload}/commands/{verb}", CommandAsync);
        routes.MapGet("/v1/trust", TrustAsync);
    }

    private Task StatusAsync(HttpContext context)
        => ApiAnswer.WriteAsync(context, parts.Ports.Mesh.GetStatus(), ApiJson.Default.MeshStatus);

    private async Task RolloutAsync(HttpContext context)
    {
        long number = ApiRequest.NumberRoute(context, "number");
        TimeSpan wait = ApiRequest.SecondsQuery(context, "wait", standard: 0, WaitSecondsMax);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        RolloutStatus status = await parts.Ports.Mesh.GetRolloutAsync(number, wait, stop.Token)
            ?? throw ApiFailureException.NotFound($"there is no commit {number}");
        await ApiAnswer.WriteAsync(context, status, ApiJson.Default.RolloutStatus);
    }

    private Task ServicesAsync(HttpContext context)
        => ApiAnswer.WriteAsync(context, parts.Ports.Mesh.GetServices(), ApiJson.Default.IReadOnlyListServiceItem);

    private Task ChecksAsync(HttpContext context)
        => ApiAnswer.WriteAsync(context, parts.Ports.Mesh.GetChecks(ApiRequest.Query(context, "service"), ApiRequest.Query(context, "caller")), ApiJson.Default.IReadOnlyListCheckItem);

    private Task IssueTokenAsync(HttpContext context) => pipeline.ChangeAsync(context, "token.issue", "", async actor =>
    {
        TokenRequest request = await ApiRequest.ReadTokenAsync(context);
        if (!DnsName.IsLabel(request.Namespace) || !DnsName.IsLabel(request.Service))
        {
            throw ApiFailureException.BadRequest("\"namespace\" and \"service\" must be names of 1 to 63 lower-case letters, digits and \"-\"");
        }

        if (request.TtlSeconds is < 1 or > TokenSecondsMax)
        {
            throw ApiFailureException.BadRequest($"\"ttlSeconds\" must be between 1 and {TokenSecondsMax}");
        }

        await ApiAnswer.WriteAsync(context, parts.Ports.Tokens.Issue(request, actor), ApiJson.Default.TokenResult);
    });

    private Task CommandAsync(HttpContext context)
    {
        string ns = ApiRequest.LabelRoute(context, "namespace");
        string workload = ApiRequest.Route(context, "workload");
        string verb = ApiRequest.Route(context, "verb");
        IProxyCommands commands = parts.Ports.Commands;
        string action = commands.Verbs.Contains(verb)
            ? $"proxy.{verb}"
            : throw ApiFailureException.BadRequest($"there is no command of that name; commands are: {string.Join(", ", commands.Verbs)}");
        string detail = DnsName.IsSubdomain(workload) ? $"{ns}/{workload}" : throw ApiFailureException.BadRequest("the workload's name is not one");
        Dictionary<string, string> arguments = Arguments(context);
        string record = string.Join(' ', [detail, .. arguments.Values]);
        return pipeline.ChangeAsync(context, action, record, async actor =>
        {
            // The record comes first: what cannot be recorded is not done.
            parts.Store.AppendAudit(new AuditEntry(actor, action, record, "sent"));
            ProxyCommandOutcome outcome = await commands.SendAsync(ns, workload, verb, arguments, context.RequestAborted);
            await ApiAnswer.WriteAsync(context, new TextResult(TextOf(outcome, detail)), ApiJson.Default.TextResult);
        });
    }

    private static Dictionary<string, string> Arguments(HttpContext context)
        => ApiRequest.Query(context, "level") is { } level ? new Dictionary<string, string> { ["level"] = level } : [];

    private Task TrustAsync(HttpContext context)
        => ApiAnswer.WriteAsync(context, parts.Ports.Trust.GetTrust(), ApiJson.Default.TrustItem);

    private static string TextOf(ProxyCommandOutcome outcome, string workload) => outcome.Result switch
    {
        ProxyCommandResult.Done => outcome.Text,
        ProxyCommandResult.NotConnected => throw ApiFailureException.NotFound($"no proxy of workload \"{workload}\" is connected"),
        ProxyCommandResult.TimedOut => throw ApiFailureException.Of(504, ApiCodes.TimedOut, $"the proxy of workload \"{workload}\" did not answer in time"),
        _ => throw ApiFailureException.Conflict($"the proxy of workload \"{workload}\" could not: {outcome.Text}"),
    };
}
