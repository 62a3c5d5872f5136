using Weft.Model.Text;

namespace Weft.Model;

/// <summary>What a user wants, typed and checked. Defaults are filled in.</summary>
public abstract record ResourceSpec
{
    internal abstract ResourceKind Kind { get; }

    /// <summary>The spec as a document would have it, without what equals a default.</summary>
    internal abstract MappingNode ToNode();
}
