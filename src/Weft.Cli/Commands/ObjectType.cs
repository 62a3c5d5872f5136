using Weft.Model;

namespace Weft.Cli.Commands;

/// <summary>A type that <c>get</c> and <c>describe</c> know: a kind of resource, or something that the control plane observes.</summary>
/// <param name="View">Which view answers.</param>
/// <param name="Kind">The kind as documents write it; null for types that are no resource.</param>
internal sealed record ObjectType(ObjectView View, string? Kind)
{
    private static readonly (string Word, ObjectView View)[] Views =
    [
        ("proxies", ObjectView.Workloads), ("proxy", ObjectView.Workloads), ("commits", ObjectView.Commits), ("commit", ObjectView.Commits),
        ("audit", ObjectView.Audit), ("resources", ObjectView.Resources), ("resource", ObjectView.Resources), ("all", ObjectView.Resources),
    ];

    public static IEnumerable<string> Words => ResourceKinds.Words.Concat(Views.Select(v => v.Word));

    /// <summary>One word per type, for messages.</summary>
    public static IEnumerable<string> ShortNames
        => ResourceKinds.All.Select(k => k.KindName().ToLowerInvariant()).Concat(["proxies", "commits", "audit", "resources"]);

    public static ObjectType? Find(string word)
    {
        foreach (var (known, view) in Views)
        {
            if (string.Equals(known, word, StringComparison.OrdinalIgnoreCase))
            {
                return new ObjectType(view, null);
            }
        }

        if (!ResourceKinds.TryFromWord(word, out var kind))
        {
            return null;
        }

        // Services and workloads exist without a document too; their lists show what really is there.
        var viewOfKind = kind switch
        {
            ResourceKind.Service => ObjectView.Services,
            ResourceKind.Workload => ObjectView.Workloads,
            _ => ObjectView.Resources,
        };
        return new ObjectType(viewOfKind, kind.KindName());
    }
}
