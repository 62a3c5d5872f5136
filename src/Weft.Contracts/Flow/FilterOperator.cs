namespace Weft.Contracts.Flow;

internal enum FilterOperator
{
    And,
    Or,
    Not,

    /// <summary>The field alone: a flag that is set, or all of a share.</summary>
    Is,

    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    In,
    StartsWith,
    EndsWith,
    Contains,
    Has,
}
