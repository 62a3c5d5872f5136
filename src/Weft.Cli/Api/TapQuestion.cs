namespace Weft.Cli.Api;

/// <summary>Which exchanges a tap shows.</summary>
/// <param name="Filter">Of the flow language, judged in the proxies; empty for all.</param>
/// <param name="MaxPerSecond">Records that each proxy sends a second at most.</param>
/// <param name="Headers">Names of header fields to show.</param>
/// <param name="Namespace">Only proxies of this namespace; null for all.</param>
/// <param name="Service">Only proxies of this service; null for all.</param>
internal sealed record TapQuestion(string Filter, int MaxPerSecond, IReadOnlyList<string> Headers, string? Namespace, string? Service);
