using Weft.Contracts.Api;
using Weft.Model;

namespace Weft.ControlPlane.Checks;

/// <summary>All checks of resources together.</summary>
public static class ModelChecks
{
    private static readonly IModelCheck[] s_checks =
    [
        new ParentCheck(),
        new BackendCheck(),
        new WeightCheck(),
        new ShadowedRuleCheck(),
        new TargetCheck(),
        new ClaimCheck(),
        new WorkloadPortCheck(),
        new PolicyReachCheck(),
        new HealthCheckReachCheck(),
    ];

    /// <summary>Every finding about a model.</summary>
    public static IReadOnlyList<Finding> Run(MeshModel model, IServiceDirectory services, IReadOnlyList<string> files)
    {
        CheckContext context = new(model, services);
        foreach (IModelCheck check in s_checks)
        {
            check.Run(context);
        }

        return context.Findings.ToSorted(files);
    }

    /// <summary>
    /// Findings about what a commit would make. An error that is there already, because workloads left or an earlier version let it pass, does not
    /// stop a commit that does not touch it: it comes back as a warning.
    /// </summary>
    /// <param name="before">The model as it is.</param>
    /// <param name="after">The model as it would be.</param>
    /// <param name="touchedFiles">Files whose resources the commit changes.</param>
    /// <param name="services">Services that joined.</param>
    public static IReadOnlyList<Finding> RunOnChange(MeshModel before, MeshModel after, IReadOnlyList<string> touchedFiles, IServiceDirectory services)
    {
        IReadOnlyList<Finding> findings = Run(after, services, touchedFiles);
        if (findings.All(finding => finding.Severity != "error"))
        {
            return findings;
        }

        HashSet<(string, string, string?)> old = [.. Run(before, services, []).Select(KeyOf)];
        return
        [
            .. findings.Select(finding => old.Contains(KeyOf(finding)) && !touchedFiles.Contains(finding.Location?.File)
                ? finding with { Severity = "warning" }
                : finding),
        ];
    }

    private static (string Code, string Message, string? Path) KeyOf(Finding finding) => (finding.Code, finding.Message, finding.Location?.Path);
}
