namespace Weft.Model.Text;

/// <summary>One node of a parsed YAML or JSON document, with the place where it begins.</summary>
public abstract class DocumentNode
{
    private protected DocumentNode(int line, int column)
    {
        Line = line;
        Column = column;
    }

    /// <summary>Line in the source, from 1; 0 for a node that was made by a program.</summary>
    public int Line { get; }

    /// <summary>Column in the source, from 1; 0 for a node that was made by a program.</summary>
    public int Column { get; }

    /// <summary>What a person would call it: "a list", "an object", "a number"...</summary>
    public abstract string Description { get; }
}
