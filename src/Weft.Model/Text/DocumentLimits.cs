namespace Weft.Model.Text;

/// <summary>What a document may cost the reader. Text is hostile until it is parsed.</summary>
public static class DocumentLimits
{
    /// <summary>UTF-16 code units over all documents of one set; 4 MiB of ordinary text.</summary>
    public const int TextCharsMax = 4 * 1024 * 1024;

    /// <summary>Nesting of lists and objects.</summary>
    public const int DepthMax = 32;

    /// <summary>Scalars, lists and objects over all documents of one set; bounds the memory of the tree.</summary>
    public const int NodesMax = 250_000;

    /// <summary>Findings kept for one set; the rest is counted.</summary>
    public const int FindingsMax = 200;

    /// <summary>Syntax errors after which the rest of a file is not read any more.</summary>
    public const int SyntaxErrorsMax = 20;
}
