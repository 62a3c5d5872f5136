namespace Weft.Model;

/// <summary>A name inside a namespace, written "namespace/name" in messages between the planes.</summary>
public readonly record struct NamespacedName(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}/{Name}";
}
