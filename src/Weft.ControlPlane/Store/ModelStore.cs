using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Weft.Contracts.Api;
using Weft.ControlPlane.Audit;
using Weft.Model;
using Weft.Primitives;

namespace Weft.ControlPlane.Store;

/// <summary>
/// The model in memory over the durable store: plans commits, writes them by compare-and-set, publishes the new revision and tells who listens.
/// </summary>
public sealed partial class ModelStore
{
    private readonly IModelStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Current<ModelRevision> _current;

    private ModelStore(IModelStore store, ModelRevision first, TimeProvider time, ILogger log)
    {
        _store = store;
        _time = time;
        _log = log;
        _current = new Current<ModelRevision>(first);
    }

    /// <summary>Raised after each commit, in order, one at a time, on the thread that committed. Listeners only take note and return.</summary>
    public event Action<ChangeSet>? Changed;

    /// <summary>The newest revision.</summary>
    public ModelRevision Current => _current.Value;

    /// <summary>Loads what the store holds.</summary>
    /// <exception cref="ServerStartException">Exit code 65: a stored resource cannot be read by this version.</exception>
    public static ModelStore Open(IModelStore store, TimeProvider time, ILogger log)
    {
        StoredHead head = store.ReadHead();
        List<Resource> resources = [];
        foreach (StoredResource stored in head.Resources)
        {
            resources.Add(Reload(stored.Key, stored.Yaml, out Finding? fault)
                ?? throw new ServerStartException(
                    ServerExit.BadData,
                    $"the store holds {stored.Key}, which this version cannot read: {fault?.Message}",
                    "start the version of Weft that wrote it"));
        }

        FrozenDictionary<ResourceKey, ResourceAge> ages = head.Resources.ToFrozenDictionary(
            stored => stored.Key,
            stored => new ResourceAge(stored.Commit, stored.At));
        return new ModelStore(store, new ModelRevision(head.Commit, head.Hash, head.At, MeshModel.Of(resources), ages), time, log);
    }

    /// <summary>Works out what a draft would change, on the newest revision.</summary>
    public CommitPlan Plan(CommitDraft draft)
    {
        ModelRevision before = Current;
        List<CommitChange> changes = [];
        List<ResourceKey> unchanged = [];
        foreach (Resource resource in draft.Put)
        {
            string? old = before.Model.Find(resource.Key)?.Yaml;
            if (old == resource.Yaml)
            {
                unchanged.Add(resource.Key);
            }
            else
            {
                changes.Add(new CommitChange(resource.Key, old, resource.Yaml));
            }
        }

        foreach (ResourceKey key in draft.Removed)
        {
            if (before.Model.Find(key) is { } old)
            {
                changes.Add(new CommitChange(key, old.Yaml, null));
            }
        }

        changes.Sort((left, right) => left.Key.CompareTo(right.Key));
        unchanged.Sort();
        return new CommitPlan(draft, before, before.Model.With(draft.Put, draft.Removed), changes, unchanged);
    }

    /// <summary>
    /// Writes a plan with its audit record and publishes the result. Null when another commit came between planning and writing: plan again.
    /// A plan without changes makes no commit and must not be passed.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be written; nothing has changed.</exception>
    public StoredCommit? TryCommit(CommitPlan plan)
    {
        ArgumentOutOfRangeException.ThrowIfZero(plan.Changes.Count);
        lock (_gate)
        {
            ModelRevision before = Current;
            if (!ReferenceEquals(before, plan.Before))
            {
                return null;
            }

            // What the store will give back after a restart is what runs from now on. A text that could not be read back must never be stored.
            List<Resource> put = [.. plan.Changes.Where(change => change.After is not null).Select(ReloadOrThrow)];
            MeshModel model = before.Model.With(put, plan.Draft.Removed);
            StoredCommit commit = new(
                before.Commit + 1,
                HashOf(model),
                plan.Draft.Author.Name,
                plan.Draft.Message,
                DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds()),
                plan.Changes);
            AuditEntry audit = new(plan.Draft.Author, plan.Draft.Action, DetailOf(commit));
            if (!_store.TryAppend(commit, before.Commit, audit))
            {
                throw new StoreException($"the store's newest commit is not {before.Commit}: another program has written to it");
            }

            ModelRevision after = new(commit.Number, commit.Hash, commit.At, model, AgesAfter(before, commit));
            _current.Publish(after);
            Notify(new ChangeSet(before, after, [.. commit.Changes.Select(change => change.Key)]));
            return commit;
        }
    }

    /// <summary>SHA-256 over every resource's key and text, in order; lengths stand before texts, so that no two contents look alike.</summary>
    internal static string HashOf(MeshModel model)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Resource resource in model.All)
        {
            byte[] text = Encoding.UTF8.GetBytes(resource.Yaml);
            hash.AppendData(Encoding.UTF8.GetBytes($"{resource.Key}\n{text.Length}\n"));
            hash.AppendData(text);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static FrozenDictionary<ResourceKey, ResourceAge> AgesAfter(ModelRevision before, StoredCommit commit)
    {
        Dictionary<ResourceKey, ResourceAge> ages = new(before.Ages);
        foreach (CommitChange change in commit.Changes)
        {
            if (change.After is null)
            {
                ages.Remove(change.Key);
            }
            else
            {
                ages[change.Key] = new ResourceAge(commit.Number, commit.At);
            }
        }

        return ages.ToFrozenDictionary();
    }

    private static string DetailOf(StoredCommit commit)
    {
        const int NamesMax = 20;
        string names = string.Join(", ", commit.Changes.Take(NamesMax).Select(change => change.Key.ToString()));
        return commit.Changes.Count <= NamesMax
            ? $"commit {commit.Number}: {names}"
            : $"commit {commit.Number}: {names} and {commit.Changes.Count - NamesMax} more";
    }

    private static Resource ReloadOrThrow(CommitChange change)
        => Reload(change.Key, change.After!, out Finding? fault)
            ?? throw new InvalidOperationException($"the canonical text of {change.Key} cannot be read back: {fault?.Message}");

    private static Resource? Reload(ResourceKey key, string yaml, out Finding? fault)
    {
        ParsedSet set = ModelParser.Parse([new SourceDocument($"stored:{key}", yaml)], key.Namespace);
        fault = set.Findings.Count > 0 ? set.Findings[0] : null;
        return set is { Findings.Count: 0, Resources: [{ } only] } && only.Key == key ? only : null;
    }

    private void Notify(ChangeSet change)
    {
        foreach (Delegate listener in Changed?.GetInvocationList() ?? [])
        {
            try
            {
                ((Action<ChangeSet>)listener)(change);
            }
            catch (Exception fault)
            {
                // The commit is durable and published; a listener that breaks is a bug, but no reason to tell the author that it failed.
                Log.ListenerFailed(_log, change.After.Commit, fault);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 101, Level = LogLevel.Error, Message = "a listener failed on commit {Commit}")]
        public static partial void ListenerFailed(ILogger log, long commit, Exception fault);
    }
}
