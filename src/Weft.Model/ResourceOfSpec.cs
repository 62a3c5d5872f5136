namespace Weft.Model;

/// <summary>A resource whose kind is known from its type.</summary>
public sealed class Resource<TSpec> : Resource
    where TSpec : ResourceSpec
{
    internal Resource(TSpec spec, ObjectMeta metadata, ResourceOrigin origin)
        : base(spec, metadata, origin) => Spec = spec;

    public TSpec Spec { get; }

    private protected override ResourceSpec UntypedSpec => Spec;
}
