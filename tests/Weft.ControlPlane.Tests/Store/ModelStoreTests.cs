using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Store;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Store;

public sealed class ModelStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly SqliteModelStore _store;
    private readonly ModelStore _models;

    public ModelStoreTests()
    {
        _store = SqliteModelStore.Open(_folder.File("weft.db"), _time);
        _models = ModelStore.Open(_store, _time, NullLogger.Instance);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_commit_publishes_a_new_revision_and_tells_once_what_changed()
    {
        List<ChangeSet> heard = [];
        _models.Changed += heard.Add;
        StoredCommit? commit = Put(Yaml.Service("cart") + "---\n" + Yaml.Service("web"));
        Assert.Equal(1, commit!.Number);
        ChangeSet change = Assert.Single(heard);
        Assert.Equal(["Service/shop/cart", "Service/shop/web"], change.Changed.Select(key => key.ToString()));
        Assert.Equal((0L, 1L), (change.Before.Commit, change.After.Commit));
        Assert.Same(change.After, _models.Current);
        Assert.Equal(2, _models.Current.Model.Services.Count);
    }

    [Fact]
    public void Reopening_gives_the_same_model_number_hash_and_ages()
    {
        Put(Yaml.Service("cart"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Put(Yaml.Service("web"));
        ModelRevision again = ModelStore.Open(_store, _time, NullLogger.Instance).Current;
        Assert.Equal((_models.Current.Commit, _models.Current.Hash, _models.Current.At), (again.Commit, again.Hash, again.At));
        Assert.Equal(_models.Current.Ages.OrderBy(age => age.Key), again.Ages.OrderBy(age => age.Key));
        Assert.Equal(_models.Current.Model.All.Select(resource => resource.Yaml), again.Model.All.Select(resource => resource.Yaml));
    }

    [Fact]
    public void Equal_contents_have_equal_hashes_and_others_do_not()
    {
        string first = Put(Yaml.Service("cart"))!.Hash;
        string second = Put(Yaml.Service("cart", 9090))!.Hash;
        string third = Put(Yaml.Service("cart"))!.Hash;
        Assert.Equal(first, third);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void What_is_already_so_is_no_change()
    {
        Put(Yaml.Service("cart"));
        CommitPlan plan = _models.Plan(Draft(Yaml.Service("cart") + "---\n" + Yaml.Service("web")));
        Assert.Equal(["web"], plan.Changes.Select(change => change.Key.Name));
        Assert.Equal(["cart"], plan.Unchanged.Select(key => key.Name));
    }

    [Fact]
    public void A_plan_on_an_old_revision_is_not_written()
    {
        CommitPlan plan = _models.Plan(Draft(Yaml.Service("cart", 1)));
        Put(Yaml.Service("cart", 2));
        Assert.Null(_models.TryCommit(plan));
        Assert.Equal(1, _models.Current.Commit);
        Assert.Equal(2, _models.Current.Model.Services[0].Spec.Ports[0].Port);
    }

    [Fact]
    public async Task Commits_from_many_threads_all_count_once_and_in_order()
    {
        List<long> heard = [];
        _models.Changed += change => heard.Add(change.After.Commit);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() =>
        {
            CommitDraft draft = Draft(Yaml.Service($"s{i}"));
            while (_models.TryCommit(_models.Plan(draft)) is null)
            {
                Thread.Yield();
            }
        })));
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), heard);
        Assert.Equal(20, _models.Current.Model.Services.Count);
    }

    [Fact]
    public void A_listener_that_breaks_neither_fails_the_commit_nor_silences_the_others()
    {
        bool heard = false;
        _models.Changed += _ => throw new InvalidOperationException("broken");
        _models.Changed += _ => heard = true;
        Assert.NotNull(Put(Yaml.Service("cart")));
        Assert.True(heard);
    }

    [Fact]
    public void A_store_that_fails_changes_nothing_in_memory()
    {
        _store.Dispose();
        Assert.ThrowsAny<Exception>(() => Put(Yaml.Service("cart")));
        Assert.Equal(0, _models.Current.Commit);
        Assert.Empty(_models.Current.Model.All);
    }

    [Fact]
    public void A_stored_resource_that_cannot_be_read_stops_the_start()
    {
        StoredCommit commit = new(1, "", "tester", null, _time.GetUtcNow(), [new CommitChange(new ResourceKey(ResourceKind.Service, "shop", "x"), null, "nonsense")]);
        Assert.True(_store.TryAppend(commit, 0, new AuditEntry(Actor.Server, "a", "b")));
        ServerStartException fault = Assert.Throws<ServerStartException>(() => ModelStore.Open(_store, _time, NullLogger.Instance));
        Assert.Equal(ServerExit.BadData, fault.ExitCode);
        Assert.Contains("Service/shop/x", fault.Message, StringComparison.Ordinal);
    }

    private static CommitDraft Draft(string yaml) => new() { Author = new Actor("tester"), Action = "commit.apply", Put = Yaml.ReadAll(yaml) };

    private StoredCommit? Put(string yaml) => _models.TryCommit(_models.Plan(Draft(yaml)));
}
