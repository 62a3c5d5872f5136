using Weft.Contracts.Api;

namespace Weft.Model.Reading;

/// <summary>Collects findings up to a bound; what is over it is counted and said, so that one broken file cannot fill the memory.</summary>
public sealed class FindingSink
{
    private readonly List<Finding> _findings = [];
    private int _dropped;
    private bool _droppedErrors;

    public int Count => _findings.Count + _dropped;

    public void Add(Finding finding)
    {
        if (_findings.Count < Text.DocumentLimits.FindingsMax)
        {
            _findings.Add(finding);
        }
        else
        {
            _dropped++;
            _droppedErrors |= finding.Severity == "error";
        }
    }

    /// <summary>Findings in the order of files as given, then line and column.</summary>
    public IReadOnlyList<Finding> ToSorted(IReadOnlyList<string> files)
    {
        Dictionary<string, int> order = new(StringComparer.Ordinal);
        foreach (string file in files)
        {
            order.TryAdd(file, order.Count);
        }

        List<Finding> sorted =
        [
            .. _findings
                .OrderBy(finding => finding.Location is { } place && order.TryGetValue(place.File, out int rank) ? rank : int.MaxValue)
                .ThenBy(finding => finding.Location?.Line ?? 0)
                .ThenBy(finding => finding.Location?.Column ?? 0),
        ];
        if (_dropped > 0)
        {
            sorted.Add(new Finding
            {
                Code = FindingCodes.MoreFindings,
                Severity = _droppedErrors ? "error" : "warning",
                Message = $"{_dropped} more findings are not shown",
                Fixes = ["correct the ones above first"],
            });
        }

        return sorted;
    }
}
