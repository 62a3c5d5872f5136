using System.Text.Json;
using System.Text.Json.Serialization;
using Weft.Cli.Host;

namespace Weft.Cli.Demo;

/// <summary>The sample shop as <c>shop.json</c> lists it. Commands hold <c>{shop}</c>, <c>{load}</c>, <c>{address}</c>, <c>{port}</c>, <c>{data}</c>, <c>{rate}</c> and <c>{for}</c>.</summary>
internal sealed record ShopManifest
{
    public required IReadOnlyList<ShopEntry> Services { get; init; }
    public required ShopEntry Load { get; init; }

    /// <summary>File with the resources to apply.</summary>
    public string? Mesh { get; init; }

    /// <exception cref="CliException">The file is missing or not such a manifest.</exception>
    public static ShopManifest Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(file), ShopJson.Default.ShopManifest) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw HostErrors.Fail(HostErrors.DemoCannotStart, $"the sample shop's list {file} cannot be read", e.Message, "start it with ./weft demo at the root of the repository");
        }
    }
}

/// <summary>One workload of the shop. What may be left out is settable: generated readers give init-only properties that are absent null, not their default.</summary>
internal sealed record ShopEntry
{
    public required string Name { get; init; }

    /// <summary>Where two workloads serve one service; null: the service's name.</summary>
    public string? Workload { get; init; }

    public SortedDictionary<string, string> Labels { get; set; } = [];
    public required IReadOnlyList<string> Command { get; init; }
    public int Port { get; init; }
    public string? Protocol { get; init; }

    /// <summary>"pricing:8080", "orders:8080:grpc" or "redis:6379:tcp".</summary>
    public IReadOnlyList<string> Upstreams { get; set; } = [];

    public SortedDictionary<string, string> Env { get; set; } = [];
    public string? HealthPath { get; init; }

    /// <summary>Requests per second, of the load generator.</summary>
    public double? Rate { get; init; }

    [JsonIgnore]
    public string WorkloadName => Workload ?? Name;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ShopManifest))]
internal sealed partial class ShopJson : JsonSerializerContext;
