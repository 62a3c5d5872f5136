namespace Weft.Cli.Output;

/// <summary>How a word feels; a terminal may paint it, a pipe shows the bare word.</summary>
internal enum Tone
{
    None,
    Good,
    Warning,
    Bad,
    Dim,
    Strong,
}
