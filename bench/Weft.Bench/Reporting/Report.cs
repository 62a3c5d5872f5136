using System.Text.Json.Serialization;
using Weft.Bench.Measuring;

namespace Weft.Bench.Reporting;

/// <summary>Everything one run found, and on what.</summary>
internal sealed record Report
{
    public required string Machine { get; init; }
    public required IReadOnlyList<string> Versions { get; init; }
    public required int Rounds { get; init; }
    public required int Seconds { get; init; }
    public required bool IsPinned { get; init; }
    public required IReadOnlyList<ScenarioResult> Scenarios { get; init; }
    public required IReadOnlyList<MemoryRow> Memory { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Report))]
internal sealed partial class ReportJson : JsonSerializerContext;
