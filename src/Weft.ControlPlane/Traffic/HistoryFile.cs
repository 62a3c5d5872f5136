using Microsoft.Data.Sqlite;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Traffic;

/// <summary>
/// The file that keeps figures across restarts: SQLite in write-ahead mode, apart from the store of resources, because it is written all the time, may be
/// lost without harm, and must never make a commit wait. Readers do not wait for the writer.
/// </summary>
internal sealed class HistoryFile : IDisposable
{
    /// <summary>"whis" in ASCII.</summary>
    private const int ApplicationId = 0x77686973;
    private const int Version = 1;

    private const string Create =
        """
        CREATE TABLE series (
          tbl INTEGER NOT NULL, id INTEGER NOT NULL,
          subject TEXT NOT NULL, source TEXT NOT NULL, detail TEXT NOT NULL, extra TEXT NOT NULL, template TEXT NOT NULL,
          first_seen INTEGER NOT NULL,
          PRIMARY KEY (tbl, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE reasons (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
        CREATE TABLE blocks (id INTEGER PRIMARY KEY, tier INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL) STRICT;
        CREATE TABLE groups (block INTEGER NOT NULL, tbl INTEGER NOT NULL, grp INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX groups_place ON groups (block, tbl, grp);
        CREATE TABLE cells (workload TEXT PRIMARY KEY, epoch TEXT NOT NULL, service TEXT NOT NULL, data BLOB NOT NULL) STRICT, WITHOUT ROWID;
        """;

    private const int PatienceSeconds = 30;

    private static readonly SqliteFormat s_format = new(ApplicationId, Version, Create);
    private readonly SqliteConnection _writing;
    private readonly SqliteConnection _reading;
    private readonly Lock _writeLock = new();
    private readonly Lock _readLock = new();

    private HistoryFile(SqliteConnection writing, SqliteConnection reading)
    {
        _writing = writing;
        _reading = reading;
    }

    /// <summary>Opens the file; one that is damaged or of another version is moved aside, and a new one begun.</summary>
    /// <exception cref="ServerStartException">The folder cannot be written.</exception>
    internal static HistoryFile Open(string path)
    {
        try
        {
            return OpenAt(path) ?? OpenNew(path);
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new ServerStartException(
                ServerExit.CannotStart, $"the history {path} cannot be opened: {fault.Message}", "check that the server's user may read and write it", fault);
        }
    }

    internal long Bytes => Read(static session => session.Scalar("SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"));

    internal List<(int Table, int Id, SeriesKey Key, long FirstSeen)> ListSeries() => Read(static session => session.Query(
        "SELECT tbl, id, subject, source, detail, extra, template, first_seen FROM series",
        static row => (
            row.GetInt32(0),
            row.GetInt32(1),
            new SeriesKey(row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6)),
            row.GetInt64(7))));

    /// <summary>In the order of their numbers, which have no gaps.</summary>
    internal List<string> ListReasons() => Read(static session => session.Query("SELECT name FROM reasons ORDER BY number", static row => row.GetString(0)));

    internal List<(long Id, int Tier, long From, long To)> ListBlocks() => Read(static session => session.Query(
        "SELECT id, tier, start, stop FROM blocks ORDER BY start",
        static row => (row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3))));

    internal byte[]? ReadGroup(long block, int table, int group) => Read(session => session.Query(
        "SELECT data FROM groups WHERE block = $block AND tbl = $table AND grp = $group",
        static row => row.GetFieldValue<byte[]>(0),
        ("$block", block),
        ("$table", table),
        ("$group", group)).FirstOrDefault());

    /// <summary>All groups of a table, one at a time.</summary>
    internal void ReadTable(long block, int table, Action<int, byte[]> take) => Read(session => session.Query(
        "SELECT grp, data FROM groups WHERE block = $block AND tbl = $table ORDER BY grp",
        row =>
        {
            take(row.GetInt32(0), row.GetFieldValue<byte[]>(1));
            return 0;
        },
        ("$block", block),
        ("$table", table)));

    /// <summary>Writes a block with everything that is needed to read it again, or nothing.</summary>
    internal void Save(Block block, IReadOnlyCollection<(int Table, Series Series)> series, IReadOnlyList<string> reasons, int firstReason) => Write(session =>
    {
        session.Execute(
            "INSERT INTO blocks (id, tier, start, stop) VALUES ($id, $tier, $start, $stop)",
            ("$id", block.Id),
            ("$tier", block.Tier.Index),
            ("$start", block.From),
            ("$stop", block.To));
        foreach (((int table, int group), byte[] data) in block.Groups!)
        {
            session.Execute(
                "INSERT INTO groups (block, tbl, grp, data) VALUES ($block, $table, $group, $data)",
                ("$block", block.Id),
                ("$table", table),
                ("$group", group),
                ("$data", data));
        }

        foreach ((int table, Series one) in series)
        {
            session.Execute(
                """
                INSERT OR REPLACE INTO series (tbl, id, subject, source, detail, extra, template, first_seen)
                VALUES ($table, $id, $subject, $source, $detail, $extra, $template, $first)
                """,
                ("$table", table),
                ("$id", one.Index),
                ("$subject", one.Key.Subject),
                ("$source", one.Key.Source),
                ("$detail", one.Key.Detail),
                ("$extra", one.Key.Extra),
                ("$template", one.Key.Template),
                ("$first", one.FirstSeen));
        }

        for (int i = 0; i < reasons.Count; i++)
        {
            session.Execute("INSERT OR REPLACE INTO reasons (number, name) VALUES ($number, $name)", ("$number", firstReason + i), ("$name", reasons[i]));
        }
    });

    internal void DeleteBlock(long id) => Write(session =>
    {
        session.Execute("DELETE FROM groups WHERE block = $id", ("$id", id));
        session.Execute("DELETE FROM blocks WHERE id = $id", ("$id", id));
    });

    internal void DeleteSeries(int table, IReadOnlyList<int> ids) => Write(session =>
    {
        foreach (int id in ids)
        {
            session.Execute("DELETE FROM series WHERE tbl = $table AND id = $id", ("$table", table), ("$id", id));
        }
    });

    /// <summary>Where the counters of proxies stand, written when the server stops in order.</summary>
    internal void SaveCells(IEnumerable<(string Workload, string Epoch, string Service, byte[] Data)> proxies) => Write(session =>
    {
        foreach ((string workload, string epoch, string service, byte[] data) in proxies)
        {
            session.Execute(
                "INSERT OR REPLACE INTO cells (workload, epoch, service, data) VALUES ($workload, $epoch, $service, $data)",
                ("$workload", workload),
                ("$epoch", epoch),
                ("$service", service),
                ("$data", data));
        }
    });

    /// <summary>Takes what <see cref="SaveCells"/> left; a second time there is nothing, since counters have moved on.</summary>
    internal List<(string Workload, string Epoch, string Service, byte[] Data)> TakeCells()
    {
        List<(string, string, string, byte[])> taken = Read(static session => session.Query(
            "SELECT workload, epoch, service, data FROM cells",
            static row => (row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<byte[]>(3))));
        Write(static session => session.Execute("DELETE FROM cells"));
        return taken;
    }

    public void Dispose()
    {
        lock (_writeLock)
        {
            lock (_readLock)
            {
                _reading.Dispose();
                _writing.Dispose();
            }
        }
    }

    private T Read<T>(Func<SqliteSession, T> read)
    {
        lock (_readLock)
        {
            try
            {
                return read(new SqliteSession(_reading, null));
            }
            catch (SqliteException fault)
            {
                throw new StoreException($"the history cannot be read: {fault.Message}", fault);
            }
        }
    }

    private void Write(Action<SqliteSession> write)
    {
        lock (_writeLock)
        {
            try
            {
                using SqliteTransaction transaction = _writing.BeginTransaction(deferred: false);
                write(new SqliteSession(_writing, transaction));
                transaction.Commit();
            }
            catch (SqliteException fault)
            {
                throw new StoreException($"the history cannot be written: {fault.Message}", fault);
            }
        }
    }

    private static HistoryFile OpenNew(string path)
    {
        foreach (string side in (string[])["-wal", "-shm"])
        {
            File.Delete(path + side);
        }

        File.Move(path, path + ".unusable", overwrite: true);
        return OpenAt(path) ?? throw new IOException("a new file cannot be used");
    }

    /// <summary>Null when the file is no history of this version.</summary>
    private static HistoryFile? OpenAt(string path)
    {
        SqliteFormat.CreatePrivate(path);
        SqliteConnection? writing = null;
        SqliteConnection? reading = null;
        try
        {
            writing = SqliteFormat.Connect(path, PatienceSeconds);
            if (!Prepare(writing))
            {
                writing.Dispose();
                return null;
            }

            reading = SqliteFormat.Connect(path, PatienceSeconds);
            return new HistoryFile(writing, reading);
        }
        catch (SqliteException fault) when (SqliteFormat.IsDamage(fault))
        {
            reading?.Dispose();
            writing?.Dispose();
            return null;
        }
    }

    private static bool Prepare(SqliteConnection connection)
    {
        SqliteSession session = new(connection, null);
        session.Execute("PRAGMA journal_mode = WAL");

        // Figures of the last moments before a power failure may be lost; waiting for the disk every second may not be afforded.
        session.Execute("PRAGMA synchronous = NORMAL");
        session.Execute("PRAGMA trusted_schema = OFF");
        session.Execute("PRAGMA cache_size = -2048");
        session.Execute("PRAGMA journal_size_limit = 16777216");
        return s_format.Ensure(connection) == (s_format.ApplicationId, s_format.Version);
    }
}
