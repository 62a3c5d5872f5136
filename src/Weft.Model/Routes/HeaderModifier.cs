namespace Weft.Model.Routes;

/// <summary>Edits of header fields; the Gateway API fixes no order between the three lists, since a name may stand in one of them only.</summary>
public sealed record HeaderModifier
{
    public IReadOnlyList<HeaderValue> Set { get; init; } = [];

    public IReadOnlyList<HeaderValue> Add { get; init; } = [];

    public IReadOnlyList<string> Remove { get; init; } = [];
}
