namespace Weft.Contracts.Flow;

/// <summary>A text is no filter.</summary>
internal sealed class FilterException(FilterError error) : Exception(error.ToString())
{
    public FilterError Error { get; } = error;
}
