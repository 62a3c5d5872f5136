using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Store;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Store;

public sealed class SqliteModelStoreTests : IDisposable
{
    private static readonly ResourceKey s_key = new(ResourceKind.Service, "shop", "cart");
    private static readonly AuditEntry s_audit = new(new Actor("tester"), "test.change", "something");
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_store_has_no_commit_and_nothing_in_it()
    {
        using SqliteModelStore store = Open();
        StoredHead head = store.ReadHead();
        Assert.Equal((0, ""), (head.Commit, head.Hash));
        Assert.Empty(head.Resources);
        Assert.Empty(store.ListCommits(long.MaxValue, 10));
        Assert.Empty(store.ListAudit(long.MaxValue, 10));
    }

    [Fact]
    public void A_commit_its_resources_and_its_record_are_there_after_reopening()
    {
        using (SqliteModelStore store = Open())
        {
            Assert.True(store.TryAppend(Commit(1, new CommitChange(s_key, null, "text 1")), 0, s_audit));
        }

        using SqliteModelStore again = Open();
        StoredHead head = again.ReadHead();
        Assert.Equal(1, head.Commit);
        Assert.Equal(new StoredResource(s_key, "text 1", 1, _time.GetUtcNow()), Assert.Single(head.Resources));
        StoredCommit commit = again.FindCommit(1)!;
        Assert.Equal("why", commit.Message);
        Assert.Equal(new CommitChange(s_key, null, "text 1"), Assert.Single(commit.Changes));
        Assert.Equal(s_audit, Assert.Single(again.ListAudit(long.MaxValue, 10)).Entry);
    }

    [Fact]
    public void A_commit_on_an_old_head_writes_nothing()
    {
        using SqliteModelStore store = Open();
        Assert.True(store.TryAppend(Commit(1, new CommitChange(s_key, null, "first")), 0, s_audit));
        Assert.False(store.TryAppend(Commit(2, new CommitChange(s_key, null, "second")), 0, s_audit));
        Assert.Equal("first", Assert.Single(store.ReadHead().Resources).Yaml);
        Assert.Single(store.ListAudit(long.MaxValue, 10));
    }

    [Fact]
    public void A_commit_whose_record_cannot_be_written_leaves_no_trace()
    {
        using SqliteModelStore store = Open();
        Refuse("audit");
        Assert.Throws<StoreException>(() => store.TryAppend(Commit(1, new CommitChange(s_key, null, "text")), 0, s_audit));
        Assert.Equal(0, store.ReadHead().Commit);
        Assert.Empty(store.ReadHead().Resources);
    }

    [Fact]
    public void A_value_whose_record_cannot_be_written_is_neither_put_nor_taken()
    {
        using SqliteModelStore store = Open();
        store.Write([MetaChange.Put("tokens", "a", [1])], null);
        Refuse("audit");
        Assert.Throws<StoreException>(() => store.Write([MetaChange.Put("tokens", "b", [2])], s_audit));
        Assert.Throws<StoreException>(() => store.Take("tokens", "a", s_audit));
        Assert.Equal(["a"], store.List("tokens").Select(entry => entry.Key));
    }

    [Fact]
    public void Several_changes_of_values_happen_together_or_not_at_all()
    {
        using SqliteModelStore store = Open();
        store.Write([MetaChange.Put("keys", "root", [1]), MetaChange.Put("keys", "issuer", [2])], s_audit);
        Execute("CREATE TRIGGER refuse_issuer BEFORE UPDATE ON meta WHEN NEW.key = 'issuer' BEGIN SELECT RAISE(ABORT, 'refused'); END");
        Assert.Throws<StoreException>(() => store.Write([MetaChange.Put("keys", "root", [3]), MetaChange.Put("keys", "issuer", [4])], s_audit));
        Assert.Equal([1], store.Get("keys", "root"));
        Assert.Equal([2], store.Get("keys", "issuer"));
    }

    [Fact]
    public void Tables_are_apart_and_sorted_and_deletes_delete()
    {
        using SqliteModelStore store = Open();
        store.Write([MetaChange.Put("a", "2", [2]), MetaChange.Put("a", "1", [1]), MetaChange.Put("b", "1", [9])], null);
        Assert.Equal(["1", "2"], store.List("a").Select(entry => entry.Key));
        store.Write([MetaChange.Delete("a", "1"), MetaChange.Delete("a", "absent")], null);
        Assert.Null(store.Get("a", "1"));
        Assert.Equal([9], store.Get("b", "1"));
    }

    [Fact]
    public async Task Of_many_who_take_a_value_exactly_one_gets_it()
    {
        using SqliteModelStore store = Open();
        store.Write([MetaChange.Put("tokens", "t", [7])], null);
        byte[]?[] taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => store.Take("tokens", "t", s_audit))));
        Assert.Equal([7], Assert.Single(taken, value => value is not null)!);
        Assert.Single(store.ListAudit(long.MaxValue, 100));
    }

    [Fact]
    public void Pages_go_backwards_from_a_number()
    {
        using SqliteModelStore store = Open();
        for (int i = 1; i <= 5; i++)
        {
            Assert.True(store.TryAppend(Commit(i, new CommitChange(s_key, null, $"text {i}")), i - 1, s_audit));
        }

        Assert.Equal([5L, 4L], store.ListCommits(long.MaxValue, 2).Select(commit => commit.Number));
        Assert.Equal([3L, 2L], store.ListCommits(4, 2).Select(commit => commit.Number));
        Assert.Equal([5L, 4L, 3L, 2L, 1L], store.ListAudit(long.MaxValue, 100).Select(record => record.Id));
        Assert.Equal([2L, 1L], store.ListAudit(3, 100).Select(record => record.Id));
    }

    [Fact]
    public void The_file_and_its_side_files_are_private()
    {
        using SqliteModelStore store = Open();
        store.Write([MetaChange.Put("a", "1", [1])], null);
        foreach (string file in Directory.EnumerateFiles(_folder.Path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void A_damaged_file_is_refused_with_the_exit_code_of_bad_data()
    {
        File.WriteAllText(_folder.File("weft.db"), new string('x', 8192));
        Assert.Equal(ServerExit.BadData, Assert.Throws<ServerStartException>(Open).ExitCode);
    }

    [Fact]
    public void A_database_of_another_program_or_a_later_version_is_refused()
    {
        Execute("CREATE TABLE other (a)");
        Assert.Equal(ServerExit.BadData, Assert.Throws<ServerStartException>(Open).ExitCode);
        File.Delete(_folder.File("weft.db"));
        Open().Dispose();
        Execute("PRAGMA user_version = 99");
        Assert.Contains("format 99", Assert.Throws<ServerStartException>(Open).Message, StringComparison.Ordinal);
    }

    private SqliteModelStore Open() => SqliteModelStore.Open(_folder.File("weft.db"), _time);

    private StoredCommit Commit(long number, params CommitChange[] changes) => new(number, $"hash {number}", "tester", "why", _time.GetUtcNow(), changes);

    /// <summary>Makes the database refuse to insert into a table, as a full disk would.</summary>
    private void Refuse(string table) => Execute($"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END");

    private void Execute(string sql)
    {
        using SqliteConnection connection = new($"Data Source={_folder.File("weft.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of this test only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
