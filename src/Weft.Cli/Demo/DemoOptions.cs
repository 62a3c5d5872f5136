namespace Weft.Cli.Demo;

/// <summary>What <c>weft demo</c> was asked for.</summary>
/// <param name="Transparent">Namespaces and rules, as root; otherwise local ports.</param>
/// <param name="For">How long the load lasts; null: until it is interrupted.</param>
/// <param name="Rate">Requests per second; null: what the manifest says.</param>
/// <param name="DataDirectory">Where the control plane keeps its data and the services their logs.</param>
/// <param name="Keep">Leave <paramref name="DataDirectory"/> when it ends.</param>
internal sealed record DemoOptions(bool Transparent, TimeSpan? For, double? Rate, string DataDirectory, bool Keep);
