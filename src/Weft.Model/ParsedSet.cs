using Weft.Contracts.Api;

namespace Weft.Model;

/// <summary>What the parser made of a set of documents. Resources with mistakes are left out, so use them only when there is no error.</summary>
public sealed record ParsedSet(IReadOnlyList<Resource> Resources, IReadOnlyList<Finding> Findings)
{
    public bool HasErrors => Findings.Any(finding => finding.Severity == "error");
}
