namespace Weft.Contracts.Flow;

/// <summary>What a field of the filter language is compared with.</summary>
public enum FilterKind
{
    Text,

    /// <summary>"namespace/name"; compared with the name alone when the value has no slash.</summary>
    Service,

    /// <summary>Hexadecimal digits.</summary>
    Hex,

    /// <summary>Words, asked for with <c>has</c>.</summary>
    List,

    Number,

    /// <summary>A time with its unit: 200ms.</summary>
    Duration,

    /// <summary>Bytes, with or without a unit: 1KB.</summary>
    Size,

    /// <summary>A share between 0 and 1, or a percentage: 1%.</summary>
    Share,

    Flag,
}
