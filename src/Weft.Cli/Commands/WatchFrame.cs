using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary>One picture of something that can be watched, in every form that may be asked for.</summary>
internal sealed record WatchFrame(JsonElement Document, TextTable Table, IReadOnlyList<string> Names)
{
    /// <summary>A sentence above the table.</summary>
    public Cell? Verdict { get; init; }

    /// <summary>A sentence below it, for a person only.</summary>
    public string? Hint { get; init; }

    public static WatchFrame Of<T>(T document, JsonTypeInfo<T> type, TextTable table, IEnumerable<string> names)
        => new(JsonSerializer.SerializeToElement(document, type), table, [.. names]);
}
