namespace Weft.Cli.Errors;

/// <summary>Every code that Weft can show. Ranges: 0 command line, 1 checks, 2 configuration, 3 identity, 4 traffic, 5 policy, 9 internal.</summary>
internal static partial class ErrorCatalogue
{
    private static readonly Lazy<IReadOnlyList<ErrorEntry>> AllEntries = new(() => [.. CommandLine.Concat(Machine).OrderBy(e => e.Code, StringComparer.Ordinal)]);

    public static IReadOnlyList<ErrorEntry> All => AllEntries.Value;

    public static ErrorEntry? Find(string code) => All.FirstOrDefault(e => string.Equals(e.Code, code, StringComparison.OrdinalIgnoreCase));
}
