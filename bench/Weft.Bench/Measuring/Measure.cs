using System.Text.Json.Serialization;

namespace Weft.Bench.Measuring;

/// <summary>What a scenario is about: how the CPU time of one request is told.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Measure>))]
internal enum Measure
{
    /// <summary>Microseconds of CPU time per request.</summary>
    CpuPerRequest,

    /// <summary>Milliseconds of CPU time per gigabyte (10^9 bytes) of bodies.</summary>
    CpuPerGigabyte,

    /// <summary>Microseconds of CPU time per new connection with its one request.</summary>
    CpuPerConnection,
}
