using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Weft.ControlPlane.Store;

/// <summary>What our database files have in common: who may read them, how they are opened, and how one tells what it is.</summary>
/// <param name="ApplicationId">Tells a kind of file from other programs' (SQLite's "application_id").</param>
/// <param name="Version">Of the tables (SQLite's "user_version").</param>
/// <param name="Create">The statements that make them.</param>
internal sealed record SqliteFormat(int ApplicationId, int Version, string Create)
{
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    /// <summary>Makes the file if there is none, for its owner alone. Not to be called while a connection is open: closing any descriptor of a file gives up
    /// the process's locks on it (POSIX, fcntl).</summary>
    internal static void CreatePrivate(string path)
    {
        // SQLite gives its side files the mode of the main file; the store has the keys of the authority in it.
        using FileStream file = new(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    /// <param name="path">A file that <see cref="CreatePrivate"/> made.</param>
    /// <param name="patience">Seconds that a statement waits for another connection.</param>
    internal static SqliteConnection Connect(string path, int patience)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = patience }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal static bool IsDamage(SqliteException fault) => fault.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase;

    /// <summary>Makes the tables, all or none, in a file that is empty; leaves any other as it is.</summary>
    /// <returns>What the file says it is.</returns>
    internal (long ApplicationId, long Version) Ensure(SqliteConnection connection)
    {
        SqliteSession session = new(connection, null);
        long version = session.Scalar("PRAGMA user_version");
        long application = session.Scalar("PRAGMA application_id");
        if (version != 0 || application != 0 || session.Scalar("SELECT count(*) FROM sqlite_schema") != 0)
        {
            return (application, version);
        }

        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        SqliteSession creation = new(connection, transaction);
        creation.Execute(Create);
        creation.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}"));
        creation.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Version}"));
        transaction.Commit();
        return (ApplicationId, Version);
    }
}
