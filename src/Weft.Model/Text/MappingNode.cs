namespace Weft.Model.Text;

/// <summary>An object: fields in the order in which they were written. Keys are unique; the reader refuses repeated ones.</summary>
public sealed class MappingNode : DocumentNode
{
    internal MappingNode(IReadOnlyList<MappingEntry> entries, int line, int column)
        : base(line, column) => Entries = entries;

    public IReadOnlyList<MappingEntry> Entries { get; }

    public override string Description => "an object";

    /// <summary>The entry of that name, or null.</summary>
    public MappingEntry? Find(ReadOnlySpan<char> name)
    {
        foreach (MappingEntry entry in Entries)
        {
            if (name.SequenceEqual(entry.Key.Value))
            {
                return entry;
            }
        }

        return null;
    }
}
