using System.Text.Json.Serialization;

namespace Weft.Bench.Contenders;

/// <summary>What a contender is to the comparison.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
internal enum Role
{
    /// <summary>Shown, but compared with nobody: no proxy at all, or a peer with less to do.</summary>
    None,

    /// <summary>nginx and HAProxy: the cheapest of them is the best peer.</summary>
    Peer,

    /// <summary>A proxy of another kind, with a ratio of its own.</summary>
    Other,

    /// <summary>weft-proxy as its figure is compared.</summary>
    Weft,

    /// <summary>weft-proxy doing less, to see what the rest costs: the base of a growth.</summary>
    Base,
}
