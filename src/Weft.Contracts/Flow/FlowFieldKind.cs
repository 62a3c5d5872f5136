namespace Weft.Contracts.Flow;

/// <summary>What the value of a field of the flow record is.</summary>
public enum FlowFieldKind
{
    /// <summary>Text; empty means absent.</summary>
    Text,

    /// <summary>"namespace/name"; a filter may leave out the namespace.</summary>
    Service,

    /// <summary>Bytes, written as lower-case hexadecimal digits.</summary>
    Hex,

    /// <summary>Words separated by commas.</summary>
    List,

    /// <summary>A number without a unit.</summary>
    Number,

    /// <summary>Microseconds.</summary>
    Duration,

    /// <summary>Bytes of a body.</summary>
    Size,

    /// <summary>Microseconds since 1970, UTC.</summary>
    Time,

    /// <summary>True or false; false means absent.</summary>
    Flag,
}
