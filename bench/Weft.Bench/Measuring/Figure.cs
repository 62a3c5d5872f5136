using System.Text.Json.Serialization;

namespace Weft.Bench.Measuring;

/// <summary>A figure of a row.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Figure>))]
internal enum Figure
{
    Cpu,

    /// <summary>The median latency less that of the origin alone.</summary>
    AddedP50,

    /// <summary>The 99th percentile less that of the origin alone.</summary>
    AddedP99,
}
