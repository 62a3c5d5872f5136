namespace Weft.Contracts.Flow;

/// <summary>One field that filters may name.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Id">What the subject knows it by.</param>
/// <param name="Kind">What it is compared with.</param>
public sealed record FilterField(string Name, int Id, FilterKind Kind)
{
    public bool IsText => Kind is FilterKind.Text or FilterKind.Service or FilterKind.Hex or FilterKind.List;
}
