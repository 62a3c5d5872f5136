namespace Weft.ControlPlane.Store;

/// <summary>The tables of the store. A later version adds a step; a store from the future is refused.</summary>
internal static class SqliteSchema
{
    /// <summary>"weft" in ASCII.</summary>
    private const int ApplicationId = 0x77656674;
    private const int Version = 1;

    private const string Create =
        """
        CREATE TABLE commits (
          number INTEGER PRIMARY KEY,
          hash TEXT NOT NULL,
          author TEXT NOT NULL,
          message TEXT,
          at_ms INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE changes (
          number INTEGER NOT NULL REFERENCES commits(number),
          position INTEGER NOT NULL,
          kind TEXT NOT NULL,
          namespace TEXT NOT NULL,
          name TEXT NOT NULL,
          before TEXT,
          after TEXT,
          PRIMARY KEY (number, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE resources (
          kind TEXT NOT NULL,
          namespace TEXT NOT NULL,
          name TEXT NOT NULL,
          yaml TEXT NOT NULL,
          number INTEGER NOT NULL REFERENCES commits(number),
          PRIMARY KEY (kind, namespace, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE audit (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          at_ms INTEGER NOT NULL,
          actor TEXT NOT NULL,
          action TEXT NOT NULL,
          detail TEXT NOT NULL,
          outcome TEXT NOT NULL
        ) STRICT;
        CREATE TABLE meta (
          tbl TEXT NOT NULL,
          key TEXT NOT NULL,
          value BLOB NOT NULL,
          PRIMARY KEY (tbl, key)
        ) STRICT, WITHOUT ROWID;
        """;

    internal static SqliteFormat Format { get; } = new(ApplicationId, Version, Create);
}
