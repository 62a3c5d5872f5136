namespace Weft.Model.Text;

/// <summary>A list of nodes.</summary>
public sealed class SequenceNode : DocumentNode
{
    internal SequenceNode(IReadOnlyList<DocumentNode> items, int line, int column)
        : base(line, column) => Items = items;

    public IReadOnlyList<DocumentNode> Items { get; }

    public override string Description => "a list";

    public static SequenceNode Of(IEnumerable<DocumentNode> items) => new([.. items], 0, 0);
}
