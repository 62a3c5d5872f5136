using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Contracts.Api;
using Weft.ControlPlane.Store;
using Weft.Model;
using Weft.Model.Reading;

namespace Weft.ControlPlane.Api;

/// <summary>Commits, resources, the audit log and health.</summary>
internal sealed class ModelEndpoints(ApiParts parts, ApiPipeline pipeline, Func<string> pageAddress)
{
    private const int PageMax = 1000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/commits", ApplyAsync);
        routes.MapGet("/v1/commits", ListCommitsAsync);
        routes.MapGet("/v1/commits/{number}", GetCommitAsync);
        routes.MapPost("/v1/commits/{number}/revert", RevertAsync);
        routes.MapGet("/v1/resources", ListResourcesAsync);
        routes.MapDelete("/v1/resources/{kind}/{namespace}/{name}", DeleteAsync);
        routes.MapGet("/v1/findings", context => ApiAnswer.WriteAsync(context, parts.Commits.FindingsInForce(), ApiJson.Default.IReadOnlyListFinding));
        routes.MapGet("/v1/audit", ListAuditAsync);
        routes.MapGet("/v1/health", HealthAsync);
    }

    private Task ApplyAsync(HttpContext context) => pipeline.ChangeAsync(context, "commit.apply", "", async actor =>
    {
        CommitRequest request = await ApiRequest.ReadCommitAsync(context);
        CommitResult result = parts.Commits.Apply(request, actor);
        await ApiAnswer.WriteAsync(context, result, ApiJson.Default.CommitResult);
    });

    private Task RevertAsync(HttpContext context)
    {
        long number = ApiRequest.NumberRoute(context, "number");
        return pipeline.ChangeAsync(context, "commit.revert", $"commit {number}", actor
            => ApiAnswer.WriteAsync(context, parts.Commits.Revert(number, actor), ApiJson.Default.CommitResult));
    }

    private Task DeleteAsync(HttpContext context)
    {
        ResourceKey key = new(KindOf(ApiRequest.Route(context, "kind")), ApiRequest.LabelRoute(context, "namespace"), ApiRequest.LabelRoute(context, "name"));
        return pipeline.ChangeAsync(context, "resource.delete", key.ToString(), actor
            => ApiAnswer.WriteAsync(context, parts.Commits.Delete(key, actor), ApiJson.Default.CommitResult));
    }

    private Task ListCommitsAsync(HttpContext context)
    {
        (long before, int limit) = Page(context);
        IReadOnlyList<CommitResult> commits = [.. parts.Store.ListCommits(before, limit).Select(ApiShapes.CommitOf)];
        return ApiAnswer.WriteAsync(context, commits, ApiJson.Default.IReadOnlyListCommitResult);
    }

    private Task GetCommitAsync(HttpContext context)
    {
        long number = ApiRequest.NumberRoute(context, "number");
        StoredCommit commit = parts.Store.FindCommit(number) ?? throw ApiFailureException.NotFound($"there is no commit {number}");
        return ApiAnswer.WriteAsync(context, ApiShapes.CommitOf(commit), ApiJson.Default.CommitResult);
    }

    private Task ListResourcesAsync(HttpContext context)
    {
        ResourceKind? kind = ApiRequest.Query(context, "kind") is { } word ? KindOf(word) : null;
        string? ns = ApiRequest.Query(context, "namespace");
        string? name = ApiRequest.Query(context, "name");
        ModelRevision revision = parts.Models.Current;
        ResourceList list = new()
        {
            Items =
            [
                .. revision.Model.All
                    .Where(resource => kind is null || resource.Key.Kind == kind)
                    .Where(resource => ns is null || resource.Key.Namespace == ns)
                    .Where(resource => name is null || resource.Key.Name == name)
                    .Select(resource => ApiShapes.ItemOf(resource, revision)),
            ],
        };
        return ApiAnswer.WriteAsync(context, list, ApiJson.Default.ResourceList);
    }

    private Task ListAuditAsync(HttpContext context)
    {
        (long before, int limit) = Page(context);
        IReadOnlyList<AuditItem> items = [.. parts.Store.ListAudit(before, limit).Select(ApiShapes.AuditOf)];
        return ApiAnswer.WriteAsync(context, items, ApiJson.Default.IReadOnlyListAuditItem);
    }

    private Task HealthAsync(HttpContext context)
        => ApiAnswer.WriteAsync(context, new HealthItem("ok", parts.Models.Current.Commit, ServerVersion.Text, pageAddress()), ApiJson.Default.HealthItem);

    private static (long Before, int Limit) Page(HttpContext context)
        => (ApiRequest.NumberQuery(context, "before", long.MaxValue, 1, long.MaxValue), (int)ApiRequest.NumberQuery(context, "limit", 100, 1, PageMax));

    private static ResourceKind KindOf(string word)
    {
        if (ResourceKinds.TryFromWord(word, out ResourceKind kind))
        {
            return kind;
        }

        string? near = NearestName.Find(word, ResourceKinds.Words);
        string known = string.Join(", ", ResourceKinds.All.Select(each => each.KindName()));
        throw ApiFailureException.BadRequest($"there is no kind \"{word}\"{(near is null ? "" : $"; did you mean \"{near}\"?")} Kinds are: {known}");
    }
}
