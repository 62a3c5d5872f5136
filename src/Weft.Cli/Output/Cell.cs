namespace Weft.Cli.Output;

/// <summary>One cell of a table, unit included ("12.3ms"); "-" when there is no data.</summary>
internal readonly record struct Cell(string Text, Tone Tone = Tone.None)
{
    public static Cell None { get; } = new("-", Tone.Dim);

    public static implicit operator Cell(string? text) => FromString(text);

    public static Cell FromString(string? text) => string.IsNullOrEmpty(text) ? None : new Cell(text);
}
