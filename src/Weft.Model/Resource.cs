using System.Text.Json;
using Weft.Contracts.Api;
using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model;

/// <summary>One resource: who it is, what it wants, and where it was written. Immutable.</summary>
public abstract class Resource
{
    private readonly Lazy<string> _yaml;

    private protected Resource(ResourceSpec spec, ObjectMeta metadata, ResourceOrigin origin)
    {
        Key = new ResourceKey(spec.Kind, metadata.Namespace, metadata.Name);
        Metadata = metadata;
        Origin = origin;
        _yaml = new Lazy<string>(() => CanonicalYaml.Write(ToNode()));
    }

    public ResourceKey Key { get; }

    public ObjectMeta Metadata { get; }

    public ResourceOrigin Origin { get; }

    /// <summary>The canonical text. Two resources are equal exactly when these texts are.</summary>
    public string Yaml => _yaml.Value;

    private protected abstract ResourceSpec UntypedSpec { get; }

    /// <summary>The same as <see cref="Yaml"/>, as JSON.</summary>
    public JsonElement ToJson() => CanonicalJson.ToElement(ToNode());

    /// <summary>The place of a field, as in <c>spec.rules[0].backendRefs[1].name</c>, or of the nearest thing around it that was written.</summary>
    public FindingLocation Locate(string path) => Origin.Locate(path);

    /// <summary>The line in <see cref="Yaml"/>, from 1, of the first of these fields or items that is there; null when none is.</summary>
    public int? LineInYaml(params ReadOnlySpan<string> paths)
        => new YamlReader(new FindingSink()).Read(new SourceDocument("", Yaml)) is [{ Root: MappingNode root }] ? new ResourceOrigin("", root).LineOf(paths) : null;

    /// <summary>"HTTPRoute "shop/cart"", as findings name it.</summary>
    public override string ToString() => $"{Key.Kind.KindName()} \"{Key.Namespace}/{Key.Name}\"";

    private MappingNode ToNode()
    {
        MappingBuilder metadata = new MappingBuilder()
            .Add("name", Key.Name)
            .Add("namespace", Key.Namespace)
            .Add("labels", Metadata.Labels)
            .Add("annotations", Metadata.Annotations);
        return new MappingBuilder()
            .Add("apiVersion", Key.Kind.ApiVersion())
            .Add("kind", Key.Kind.KindName())
            .Add("metadata", metadata.Build())
            .Add("spec", UntypedSpec.ToNode())
            .Build();
    }
}
