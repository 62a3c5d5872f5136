namespace Weft.Cli.Errors;

/// <summary>Every code that Weft can show. Ranges: 0 command line, 1 checks, 2 configuration, 3 identity, 4 traffic, 5 policy, 9 internal.</summary>
internal static partial class ErrorCatalogue
{
    private static readonly Lazy<IReadOnlyList<ErrorEntry>> AllEntries = new(
        () => [.. CommandLine.Concat(Checks).Concat(Machine).Concat(Configuration).Concat(Traffic).OrderBy(e => e.Code, StringComparer.Ordinal)]);

    public static IReadOnlyList<ErrorEntry> All => AllEntries.Value;

    /// <summary>By code ("WF4003"), or for an ending of traffic also by the name that logs show ("NO_ROUTE").</summary>
    public static ErrorEntry? Find(string code)
        => All.FirstOrDefault(e => string.Equals(e.Code, code, StringComparison.OrdinalIgnoreCase) || string.Equals(e.Title, code, StringComparison.OrdinalIgnoreCase));
}
