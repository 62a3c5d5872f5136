using System.Collections.Frozen;
using Weft.Contracts.Api;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Checks;
using Weft.ControlPlane.Store;
using Weft.Model;
using Weft.Model.Reading;

namespace Weft.ControlPlane.Api;

/// <summary>Every way to change the model: apply, delete, revert. All of them plan, check and write alike; a preview goes half the way.</summary>
internal sealed class Commits(ModelStore models, IModelStore store, IServiceDirectory services)
{
    private const int DocumentsMax = 1000;
    private const int MessageCharsMax = 1000;
    private const int Attempts = 5;

    public CommitResult Apply(CommitRequest request, Actor actor)
    {
        (CommitDraft draft, string[] files) = Read(request, actor);
        return Run(() => draft, files, request.DryRun);
    }

    /// <summary>The model as documents would make it, checked as a commit is; nothing is written. What would be new or different has no age.</summary>
    public ModelRevision Preview(CommitRequest request, Actor actor)
    {
        (CommitDraft draft, string[] files) = Read(request, actor);
        (CommitPlan plan, _) = Check(draft, files);
        return plan.Before with
        {
            Hash = "",
            Model = plan.After,
            Ages = plan.Before.Ages.Where(age => plan.Changes.All(change => change.Key != age.Key)).ToFrozenDictionary(),
        };
    }

    /// <summary>What checks find in the model that is in force: what a commit was warned of, and what has changed around it since, such as workloads that left.</summary>
    public IReadOnlyList<Finding> FindingsInForce() => ModelChecks.Run(models.Current.Model, services, []);

    public CommitResult Delete(ResourceKey key, Actor actor)
        => Run(
            () => models.Current.Model.Find(key) is null
                ? throw ApiFailureException.NotFound($"there is no {key.Kind.KindName()} \"{key.NamespacedName}\"")
                : new CommitDraft { Author = actor, Message = $"delete {key}", Action = "resource.delete", Put = [], Removed = [key] },
            [],
            dryRun: false);

    /// <summary>Takes back what one commit did, as a new commit. Refused when something it touched has changed since.</summary>
    public CommitResult Revert(long number, Actor actor)
    {
        StoredCommit commit = store.FindCommit(number) ?? throw ApiFailureException.NotFound($"there is no commit {number}");
        return Run(() => DraftRevert(commit, actor), [], dryRun: false);
    }

    private (CommitDraft Draft, string[] Files) Read(CommitRequest request, Actor actor)
    {
        CheckRequest(request);
        ParsedSet set = ModelParser.Parse(request.Documents, request.Namespace);
        string[] files = [.. request.Documents.Select(document => document.File).Distinct(StringComparer.Ordinal)];
        if (set.HasErrors)
        {
            IReadOnlyList<Finding> all = AllMistakes(set, files);
            throw ApiFailureException.Findings(400, Count(all, "in the documents"), all);
        }

        if (set.Resources.Count == 0)
        {
            throw ApiFailureException.Findings(
                400,
                "the documents hold no resource",
                [new Finding { Code = FindingCodes.EmptySet, Message = "the documents hold no resource", Fixes = ["check that the right files were given"] }]);
        }

        return (new CommitDraft { Author = actor, Message = request.Message, Action = "commit.apply", Put = set.Resources }, files);
    }

    /// <summary>
    /// The mistakes of reading, and those that the resources would make together as far as they could be read: whoever corrects a file wants to
    /// know all at once. What reading has found on a line stands for whatever follows from it there.
    /// </summary>
    private List<Finding> AllMistakes(ParsedSet set, string[] files)
    {
        MeshModel before = models.Current.Model;
        MeshModel after = before.With([.. set.Resources, .. set.Faulty], []);
        FindingSink all = new();
        foreach (Finding finding in set.Findings)
        {
            all.Add(finding);
        }

        HashSet<(string, int)> told = [.. set.Findings.Where(finding => finding.Location is not null).Select(finding => (finding.Location!.File, finding.Location.Line))];
        foreach (Finding finding in ModelChecks.RunOnChange(before, after, files, services))
        {
            if (finding.Severity == "error" && finding.Location is { } place && files.Contains(place.File) && !told.Contains((place.File, place.Line)))
            {
                all.Add(finding);
            }
        }

        return [.. all.ToSorted(files)];
    }

    private CommitDraft DraftRevert(StoredCommit commit, Actor actor)
    {
        MeshModel model = models.Current.Model;
        List<string> changedSince = [.. commit.Changes.Where(change => model.Find(change.Key)?.Yaml != change.After).Select(change => change.Key.ToString())];
        if (changedSince.Count > 0)
        {
            string names = string.Join(", ", changedSince.Take(10));
            throw ApiFailureException.Conflict($"commit {commit.Number} cannot be reverted: changed since by later commits: {names}");
        }

        SourceDocument[] documents =
        [
            .. commit.Changes.Where(change => change.Before is not null).Select(change => new SourceDocument($"stored:{change.Key}", change.Before!)),
        ];
        ParsedSet set = ModelParser.Parse(documents, "default");
        if (set.HasErrors)
        {
            throw ApiFailureException.Findings(422, $"commit {commit.Number} cannot be reverted: this version cannot read what was there before", set.Findings);
        }

        return new CommitDraft
        {
            Author = actor,
            Message = $"revert commit {commit.Number}",
            Action = "commit.revert",
            Put = set.Resources,
            Removed = [.. commit.Changes.Where(change => change.Before is null).Select(change => change.Key)],
        };
    }

    private CommitResult Run(Func<CommitDraft> makeDraft, IReadOnlyList<string> files, bool dryRun)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            (CommitPlan plan, IReadOnlyList<Finding> findings) = Check(makeDraft(), files);
            if (dryRun || plan.Changes.Count == 0)
            {
                return ResultOf(plan, findings, dryRun);
            }

            if (models.TryCommit(plan) is { } commit)
            {
                return ResultOf(plan, findings, dryRun: false) with { Commit = commit.Number, Hash = commit.Hash, At = commit.At };
            }
        }

        throw ApiFailureException.Conflict("other commits kept coming first; try again");
    }

    private (CommitPlan Plan, IReadOnlyList<Finding> Findings) Check(CommitDraft draft, IReadOnlyList<string> files)
    {
        CommitPlan plan = models.Plan(draft);
        IReadOnlyList<Finding> findings = ModelChecks.RunOnChange(plan.Before.Model, plan.After, plan.Changes.Count == 0 ? [] : files, services);
        return findings.Any(finding => finding.Severity == "error")
            ? throw ApiFailureException.Findings(422, Count(findings, "with the mesh as it would be"), findings)
            : (plan, findings);
    }

    private static CommitResult ResultOf(CommitPlan plan, IReadOnlyList<Finding> warnings, bool dryRun) => new()
    {
        Commit = plan.Before.Commit,
        Hash = plan.Before.Hash,
        At = plan.Before.At,
        DryRun = dryRun,
        Author = plan.Draft.Author.Name,
        Message = plan.Draft.Message,
        Changes =
        [
            .. plan.Changes.Select(ApiShapes.ChangeOf)
                .Concat(plan.Unchanged.Select(key => new ResourceChange(key.Kind.KindName(), key.Namespace, key.Name, "unchanged"))),
        ],
        Warnings = warnings,
    };

    private static void CheckRequest(CommitRequest request)
    {
        if (request.Documents.Count is 0 or > DocumentsMax)
        {
            throw ApiFailureException.BadRequest($"\"documents\" holds {request.Documents.Count} documents; 1 to {DocumentsMax} are accepted");
        }

        if (request.Documents.Any(document => document is null))
        {
            throw ApiFailureException.BadRequest("\"documents\" holds a null");
        }

        if (!DnsName.IsLabel(request.Namespace))
        {
            throw ApiFailureException.BadRequest("\"namespace\" is no DNS label");
        }

        if (request.Message?.Length > MessageCharsMax)
        {
            throw ApiFailureException.BadRequest($"\"message\" is longer than {MessageCharsMax} characters");
        }
    }

    private static string Count(IReadOnlyList<Finding> findings, string where)
    {
        int errors = findings.Count(finding => finding.Severity == "error");
        return $"{errors} {(errors == 1 ? "mistake" : "mistakes")} {where}; nothing was changed";
    }
}
