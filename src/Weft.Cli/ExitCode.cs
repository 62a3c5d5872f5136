namespace Weft.Cli;

/// <summary>What the process answers to its caller. The same for every verb and every output format; <c>weft help exit-codes</c> prints this table.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>A negative answer: a check failed, a diff is not empty.</summary>
    public const int Negative = 1;

    /// <summary>Only warnings, and <c>--strict</c> was given.</summary>
    public const int Warnings = 2;

    /// <summary>Some targets did it and some did not.</summary>
    public const int Partial = 3;

    public const int Forbidden = 4;
    public const int NotFound = 5;

    /// <summary>Somebody else changed it first, or the versions of the two programs do not fit.</summary>
    public const int Conflict = 6;

    public const int Timeout = 7;
    public const int Usage = 64;

    /// <summary>A file that the user gave is wrong; every mistake has been named.</summary>
    public const int BadInput = 65;

    public const int Unreachable = 69;

    /// <summary>A mistake of ours, not of the user.</summary>
    public const int Internal = 70;

    public const int Interrupted = 130;

    /// <summary>Every code with its meaning, in ascending order.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> Table { get; } =
    [
        (Ok, "it worked"),
        (Negative, "a negative answer: a check failed, a diff is not empty"),
        (Warnings, "only warnings, with --strict"),
        (Partial, "partial: some targets refused or could not be reached"),
        (Forbidden, "not authenticated, or not allowed"),
        (NotFound, "the thing named does not exist"),
        (Conflict, "conflict, or the versions do not fit together"),
        (Timeout, "the time given with --timeout was over"),
        (Usage, "the command line is wrong"),
        (BadInput, "an input file is wrong"),
        (Unreachable, "the control plane cannot be reached"),
        (Internal, "a bug in weft"),
        (Interrupted, "interrupted by Ctrl-C"),
    ];
}
