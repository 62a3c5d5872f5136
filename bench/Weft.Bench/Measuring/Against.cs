using System.Text.Json.Serialization;

namespace Weft.Bench.Measuring;

/// <summary>What weft-proxy is compared with in a goal.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Against>))]
internal enum Against
{
    /// <summary>The cheapest of nginx and HAProxy.</summary>
    BestPeer,

    /// <summary>nginx alone.</summary>
    Nginx,

    /// <summary>The contender of the role <see cref="Contenders.Role.Other"/>.</summary>
    Other,

    /// <summary>weft-proxy itself with less to do.</summary>
    Base,
}
