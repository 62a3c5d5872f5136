using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Services with their endpoints, as JSON and YAML.</summary>
internal sealed record ServiceListDocument
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "ServiceList";
    public IReadOnlyList<ServiceItem> Items { get; init; } = [];
}
