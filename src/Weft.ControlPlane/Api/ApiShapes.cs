using Weft.Contracts.Api;
using Weft.ControlPlane.Store;
using Weft.Model;

namespace Weft.ControlPlane.Api;

/// <summary>Turns what the store has into what the API shows.</summary>
internal static class ApiShapes
{
    public static ResourceChange ChangeOf(CommitChange change)
    {
        string action = change switch
        {
            { Before: null } => "created",
            { After: null } => "deleted",
            _ => "configured",
        };
        return new ResourceChange(change.Key.Kind.KindName(), change.Key.Namespace, change.Key.Name, action, Text(change.Before), Text(change.After));

        // Lists of commits come without texts.
        static string? Text(string? yaml) => string.IsNullOrEmpty(yaml) ? null : yaml;
    }

    public static CommitResult CommitOf(StoredCommit commit) => new()
    {
        Commit = commit.Number,
        Hash = commit.Hash,
        At = commit.At,
        Author = commit.Author,
        Message = commit.Message,
        Changes = [.. commit.Changes.Select(ChangeOf)],
    };

    public static ResourceItem ItemOf(Resource resource, ModelRevision revision)
    {
        ResourceAge age = revision.Ages[resource.Key];
        return new ResourceItem(resource.Key.Kind.KindName(), resource.Key.Namespace, resource.Key.Name, age.Commit, age.At, resource.ToJson(), resource.Yaml);
    }

    public static AuditItem AuditOf(AuditRecord record)
        => new(record.Id, record.At, record.Entry.Actor.Name, record.Entry.Action, record.Entry.Detail, record.Entry.Outcome);
}
