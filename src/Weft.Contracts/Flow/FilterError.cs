namespace Weft.Contracts.Flow;

/// <summary>Why a text is no filter.</summary>
/// <param name="Column">Where, from 1.</param>
/// <param name="Message">What is wrong and what was expected there, one sentence without a full stop.</param>
/// <param name="Near">The nearest name that exists; null when none is near.</param>
public sealed record FilterError(int Column, string Message, string? Near = null)
{
    public override string ToString() => $"column {Column}: {Message}{(Near is null ? "" : $"; did you mean {Near}?")}";
}
