using Weft.Contracts.Api;

namespace Weft.Model;

/// <summary>What the parser made of a set of documents. Resources with mistakes are left out, so use them only when there is no error.</summary>
public sealed record ParsedSet(IReadOnlyList<Resource> Resources, IReadOnlyList<Finding> Findings)
{
    /// <summary>What could be read of resources with mistakes: only good for finding further mistakes.</summary>
    public IReadOnlyList<Resource> Faulty { get; init; } = [];

    public bool HasErrors => Findings.Any(finding => finding.Severity == "error");
}
