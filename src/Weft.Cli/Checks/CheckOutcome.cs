namespace Weft.Cli.Checks;

/// <summary>How one check ended.</summary>
internal enum CheckOutcome
{
    Pass,
    Warning,
    Failure,

    /// <summary>Could not be asked here; says nothing either way.</summary>
    Skipped,
}
