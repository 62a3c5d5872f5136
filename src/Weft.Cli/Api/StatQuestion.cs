namespace Weft.Cli.Api;

/// <summary>Which figures are asked for.</summary>
/// <param name="By">"service", "workload", "namespace", "route", "version", "zone" or "code".</param>
/// <param name="Window">The last so much time; not looked at when <paramref name="From"/> is there.</param>
/// <param name="Side">"client" or "server": whose proxies' view; null for the usual one.</param>
/// <param name="From">Begin of a time that is over.</param>
/// <param name="To">Its end; null for now.</param>
/// <param name="Filter">Only rows for which this holds, over <see cref="Contracts.Flow.FilterSchema.Aggregates"/>; null for all.</param>
internal sealed record StatQuestion(string By, TimeSpan Window, string? Side = null, DateTimeOffset? From = null, DateTimeOffset? To = null, string? Filter = null);
