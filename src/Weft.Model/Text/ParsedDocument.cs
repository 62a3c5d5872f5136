namespace Weft.Model.Text;

/// <summary>One document of a file: its root, which need not be an object yet.</summary>
internal sealed record ParsedDocument(string File, DocumentNode Root);
