namespace Weft.Model;

/// <summary>What makes a resource the one and only: kind, namespace and name.</summary>
public readonly record struct ResourceKey(ResourceKind Kind, string Namespace, string Name) : IComparable<ResourceKey>
{
    public NamespacedName NamespacedName => new(Namespace, Name);

    public int CompareTo(ResourceKey other)
    {
        int order = Kind.CompareTo(other.Kind);
        order = order != 0 ? order : string.CompareOrdinal(Namespace, other.Namespace);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary>"HTTPRoute/shop/cart".</summary>
    public override string ToString() => $"{Kind.KindName()}/{Namespace}/{Name}";

    public static bool operator <(ResourceKey left, ResourceKey right) => left.CompareTo(right) < 0;

    public static bool operator <=(ResourceKey left, ResourceKey right) => left.CompareTo(right) <= 0;

    public static bool operator >(ResourceKey left, ResourceKey right) => left.CompareTo(right) > 0;

    public static bool operator >=(ResourceKey left, ResourceKey right) => left.CompareTo(right) >= 0;
}
