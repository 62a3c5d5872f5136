using Microsoft.Data.Sqlite;

namespace Weft.ControlPlane.Store;

/// <summary>
/// The database file: opening, settings, and the one lock under which everything happens. Calls from many threads wait for each other; a write
/// takes about as long as the disk needs to say that it has it.
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();

    private SqliteFile(SqliteConnection connection) => _connection = connection;

    /// <exception cref="ServerStartException">The file cannot be opened (70) or is no store of ours (65).</exception>
    public static SqliteFile Open(string path)
    {
        SqliteConnection? connection = null;
        try
        {
            SqliteFormat.CreatePrivate(path);
            connection = SqliteFormat.Connect(path, patience: 5);
            Prepare(connection, path);
            return new SqliteFile(connection);
        }
        catch (SqliteException fault) when (SqliteFormat.IsDamage(fault))
        {
            connection?.Dispose();
            throw new ServerStartException(
                ServerExit.BadData,
                $"the store {path} is damaged: {fault.Message}",
                "restore it from a copy, or move it away to start with an empty mesh",
                fault);
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            throw new ServerStartException(
                ServerExit.CannotStart,
                $"the store {path} cannot be opened: {fault.Message}",
                "check that the server's user may read and write it",
                fault);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Runs a read.</summary>
    public T Read<T>(Func<SqliteSession, T> read)
    {
        lock (_gate)
        {
            try
            {
                return read(new SqliteSession(_connection, null));
            }
            catch (SqliteException fault)
            {
                throw new StoreException($"the store cannot be read: {fault.Message}", fault);
            }
        }
    }

    /// <summary>Runs a write in one transaction. It is on the disk when this returns; an exception, or the result false, leaves everything as it was.</summary>
    public T Write<T>(Func<SqliteSession, (bool Commit, T Result)> write)
    {
        lock (_gate)
        {
            try
            {
                using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
                (bool commit, T result) = write(new SqliteSession(_connection, transaction));
                if (commit)
                {
                    transaction.Commit();
                }

                return result;
            }
            catch (SqliteException fault)
            {
                throw new StoreException($"the store cannot be written: {fault.Message}", fault);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _connection.Dispose();
        }
    }

    private static void Prepare(SqliteConnection connection, string path)
    {
        SqliteSession session = new(connection, null);
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = FULL");
        session.Execute("PRAGMA foreign_keys = ON");
        session.Execute("PRAGMA trusted_schema = OFF");
        (long application, long version) = SqliteSchema.Format.Ensure(connection);
        if (application != SqliteSchema.Format.ApplicationId)
        {
            throw new ServerStartException(ServerExit.BadData, $"{path} is a database of another program", "choose another directory with --data");
        }

        if (version != SqliteSchema.Format.Version)
        {
            throw new ServerStartException(
                ServerExit.BadData,
                $"the store {path} has format {version}; this version knows {SqliteSchema.Format.Version}",
                "start the version of Weft that wrote it");
        }
    }
}
