using Microsoft.Data.Sqlite;
using Weft.ControlPlane.Audit;
using Weft.Model;

namespace Weft.ControlPlane.Store;

/// <summary>The store in one SQLite file: write-ahead log, every commit flushed to the disk before it is acknowledged.</summary>
public sealed class SqliteModelStore : IModelStore, IDisposable
{
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    private SqliteModelStore(SqliteFile file, TimeProvider time)
    {
        _file = file;
        _time = time;
    }

    /// <exception cref="ServerStartException">The file cannot be opened, is damaged, or is not ours.</exception>
    public static SqliteModelStore Open(string path, TimeProvider time) => new(SqliteFile.Open(path), time);

    public StoredHead ReadHead() => _file.Read(session =>
    {
        StoredCommit? head = session.Query(
            "SELECT number, hash, author, message, at_ms FROM commits ORDER BY number DESC LIMIT 1", ReadCommit).FirstOrDefault();
        List<StoredResource> resources = session.Query(
            "SELECT r.kind, r.namespace, r.name, r.yaml, r.number, c.at_ms FROM resources r JOIN commits c ON c.number = r.number",
            row => new StoredResource(ReadKey(row, 0), row.GetString(3), row.GetInt64(4), Time(row.GetInt64(5))));
        return head is null
            ? new StoredHead(0, "", DateTimeOffset.UnixEpoch, resources)
            : new StoredHead(head.Number, head.Hash, head.At, resources);
    });

    public bool TryAppend(StoredCommit commit, long expectedHead, AuditEntry audit) => _file.Write(session =>
    {
        if (session.Scalar("SELECT max(number) FROM commits") != expectedHead)
        {
            return (false, false);
        }

        session.Execute(
            "INSERT INTO commits (number, hash, author, message, at_ms) VALUES ($number, $hash, $author, $message, $at)",
            ("$number", commit.Number),
            ("$hash", commit.Hash),
            ("$author", commit.Author),
            ("$message", commit.Message),
            ("$at", commit.At.ToUnixTimeMilliseconds()));
        for (int i = 0; i < commit.Changes.Count; i++)
        {
            WriteChange(session, commit.Number, i, commit.Changes[i]);
        }

        WriteAudit(session, audit);
        return (true, true);
    });

    public IReadOnlyList<StoredCommit> ListCommits(long before, int limit) => _file.Read(session =>
    {
        List<StoredCommit> commits = session.Query(
            "SELECT number, hash, author, message, at_ms FROM commits WHERE number < $before ORDER BY number DESC LIMIT $limit",
            ReadCommit,
            ("$before", before),
            ("$limit", limit));
        return commits.ConvertAll(commit => commit with { Changes = ReadChanges(session, commit.Number, withTexts: false) });
    });

    public StoredCommit? FindCommit(long number) => _file.Read(session =>
    {
        StoredCommit? commit = session.Query(
            "SELECT number, hash, author, message, at_ms FROM commits WHERE number = $number", ReadCommit, ("$number", number)).FirstOrDefault();
        return commit is null ? null : commit with { Changes = ReadChanges(session, number, withTexts: true) };
    });

    public void AppendAudit(AuditEntry entry) => _file.Write(session =>
    {
        WriteAudit(session, entry);
        return (true, 0);
    });

    public IReadOnlyList<AuditRecord> ListAudit(long before, int limit) => _file.Read(session => session.Query(
        "SELECT id, at_ms, actor, action, detail, outcome FROM audit WHERE id < $before ORDER BY id DESC LIMIT $limit",
        row => new AuditRecord(
            row.GetInt64(0),
            Time(row.GetInt64(1)),
            new AuditEntry(new Actor(row.GetString(2)), row.GetString(3), row.GetString(4), row.GetString(5))),
        ("$before", before),
        ("$limit", limit)));

    public byte[]? Get(string table, string key) => _file.Read(session => GetValue(session, table, key));

    public IReadOnlyList<MetaEntry> List(string table) => _file.Read(session => session.Query(
        "SELECT key, value FROM meta WHERE tbl = $table ORDER BY key",
        row => new MetaEntry(row.GetString(0), row.GetFieldValue<byte[]>(1)),
        ("$table", table)));

    public void Write(IReadOnlyList<MetaChange> changes, AuditEntry? audit) => _file.Write(session =>
    {
        foreach (MetaChange change in changes)
        {
            if (change.Value is { } value)
            {
                session.Execute(
                    "INSERT INTO meta (tbl, key, value) VALUES ($table, $key, $value) ON CONFLICT (tbl, key) DO UPDATE SET value = excluded.value",
                    ("$table", change.Table),
                    ("$key", change.Key),
                    ("$value", value));
            }
            else
            {
                DeleteValue(session, change.Table, change.Key);
            }
        }

        if (audit is not null)
        {
            WriteAudit(session, audit);
        }

        return (true, 0);
    });

    public byte[]? Take(string table, string key, AuditEntry? audit) => _file.Write(session =>
    {
        byte[]? value = GetValue(session, table, key);
        if (value is null)
        {
            return (false, value);
        }

        DeleteValue(session, table, key);
        if (audit is not null)
        {
            WriteAudit(session, audit);
        }

        return (true, value);
    });

    public void Dispose() => _file.Dispose();

    private static void WriteChange(SqliteSession session, long number, int position, CommitChange change)
    {
        string kind = change.Key.Kind.KindName();
        session.Execute(
            """
            INSERT INTO changes (number, position, kind, namespace, name, before, after)
            VALUES ($number, $position, $kind, $namespace, $name, $before, $after)
            """,
            ("$number", number),
            ("$position", position),
            ("$kind", kind),
            ("$namespace", change.Key.Namespace),
            ("$name", change.Key.Name),
            ("$before", change.Before),
            ("$after", change.After));
        if (change.After is null)
        {
            session.Execute(
                "DELETE FROM resources WHERE kind = $kind AND namespace = $namespace AND name = $name",
                ("$kind", kind),
                ("$namespace", change.Key.Namespace),
                ("$name", change.Key.Name));
            return;
        }

        session.Execute(
            """
            INSERT INTO resources (kind, namespace, name, yaml, number) VALUES ($kind, $namespace, $name, $yaml, $number)
            ON CONFLICT (kind, namespace, name) DO UPDATE SET yaml = excluded.yaml, number = excluded.number
            """,
            ("$kind", kind),
            ("$namespace", change.Key.Namespace),
            ("$name", change.Key.Name),
            ("$yaml", change.After),
            ("$number", number));
    }

    private void WriteAudit(SqliteSession session, AuditEntry entry) => session.Execute(
        "INSERT INTO audit (at_ms, actor, action, detail, outcome) VALUES ($at, $actor, $action, $detail, $outcome)",
        ("$at", _time.GetUtcNow().ToUnixTimeMilliseconds()),
        ("$actor", entry.Actor.Name),
        ("$action", entry.Action),
        ("$detail", entry.Detail),
        ("$outcome", entry.Outcome));

    private static byte[]? GetValue(SqliteSession session, string table, string key) => session.Query(
        "SELECT value FROM meta WHERE tbl = $table AND key = $key",
        row => row.GetFieldValue<byte[]>(0),
        ("$table", table),
        ("$key", key)).FirstOrDefault();

    private static void DeleteValue(SqliteSession session, string table, string key)
        => session.Execute("DELETE FROM meta WHERE tbl = $table AND key = $key", ("$table", table), ("$key", key));

    private static List<CommitChange> ReadChanges(SqliteSession session, long number, bool withTexts) => session.Query(
        withTexts
            ? "SELECT kind, namespace, name, before, after FROM changes WHERE number = $number ORDER BY position"
            : "SELECT kind, namespace, name, iif(before IS NULL, NULL, ''), iif(after IS NULL, NULL, '') FROM changes WHERE number = $number ORDER BY position",
        row => new CommitChange(ReadKey(row, 0), row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4)),
        ("$number", number));

    private static StoredCommit ReadCommit(SqliteDataReader row)
        => new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), Time(row.GetInt64(4)), []);

    private static ResourceKey ReadKey(SqliteDataReader row, int first)
    {
        string kindName = row.GetString(first);
        return ResourceKinds.TryFromDocument(kindName, out ResourceKind kind)
            ? new ResourceKey(kind, row.GetString(first + 1), row.GetString(first + 2))
            : throw new StoreException($"the store holds a resource of kind \"{kindName}\", which this version does not know");
    }

    private static DateTimeOffset Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
}
