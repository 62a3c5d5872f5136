namespace Weft.Model.Text;

/// <summary>One field of an object.</summary>
public readonly record struct MappingEntry(ScalarNode Key, DocumentNode Value);
