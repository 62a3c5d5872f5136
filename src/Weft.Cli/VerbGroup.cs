namespace Weft.Cli;

/// <summary>The heading under which a verb stands in <c>weft --help</c>.</summary>
internal enum VerbGroup
{
    Start,
    Attach,
    Configure,
    Observe,
    Operate,
    Help,
    Hidden,
}
