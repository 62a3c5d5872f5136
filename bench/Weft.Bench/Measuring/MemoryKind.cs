using System.Text.Json.Serialization;

namespace Weft.Bench.Measuring;

/// <summary>What an idle connection of the memory scenario speaks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MemoryKind>))]
internal enum MemoryKind
{
    /// <summary>HTTP/1.1 without TLS.</summary>
    Plain,

    /// <summary>HTTP/1.1 under mutual TLS 1.3.</summary>
    MutualTls,

    /// <summary>HTTP/2 without TLS, from the first byte.</summary>
    Http2,
}
