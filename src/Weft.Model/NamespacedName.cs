namespace Weft.Model;

/// <summary>A name inside a namespace, written "namespace/name" in messages between the planes.</summary>
public readonly record struct NamespacedName(string Namespace, string Name)
{
    /// <summary>Reads what <see cref="ToString"/> writes; null when it is not one slash between two names.</summary>
    public static NamespacedName? Find(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < text.Length - 1 && text.IndexOf('/', slash + 1) < 0
            ? new NamespacedName(text[..slash], text[(slash + 1)..])
            : null;
    }

    public override string ToString() => $"{Namespace}/{Name}";
}
