namespace Weft.Contracts.Flow;

/// <param name="Kind">What it is.</param>
/// <param name="Column">Where it begins, from 1.</param>
/// <param name="Text">Its text; of a quoted one what is between the quotes, without escapes.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, int Column, string Text)
{
    /// <summary>As an error shows it.</summary>
    public string Shown => Kind == FilterTokenKind.End ? "the end" : $"\"{Text}\"";
}

internal enum FilterTokenKind
{
    End,
    Word,
    Quoted,
    Number,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    And,
    Or,
    Not,
    Open,
    Close,
    Comma,
}
