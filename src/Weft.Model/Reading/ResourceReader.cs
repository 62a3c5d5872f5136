using Weft.Model.Policies;
using Weft.Model.Routes;
using Weft.Model.Services;
using Weft.Model.Telemetry;
using Weft.Model.Text;
using Weft.Model.Traffic;
using Weft.Model.Workloads;

namespace Weft.Model.Reading;

/// <summary>Reads one document: apiVersion, kind and metadata, then the spec as its kind has it.</summary>
internal static class ResourceReader
{
    // What a Kubernetes API server writes into metadata. It says nothing that the mesh acts on, and "kubectl get -o yaml" must be usable here.
    private static readonly string[] s_serverFields =
    [
        "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers", "generateName", "generation", "managedFields",
        "ownerReferences", "resourceVersion", "selfLink", "uid",
    ];

    /// <summary>The resource, or null when not even its kind and name are known. The caller counts findings to know whether it is whole.</summary>
    public static Resource? Read(ParsedDocument document, string defaultNamespace, FindingSink findings)
    {
        ReadContext context = new(document.File, findings);
        if (document.Root is not MappingNode root)
        {
            context.Add(FindingCodes.WrongType, document.Root, "", $"the document is {document.Root.Description}, not a resource",
                "a resource is an object with apiVersion, kind, metadata and spec", null, "begin the document with apiVersion:");
            return null;
        }

        ObjectReader reader = new(root, "", context);
        if (ReadKind(reader) is not { } kind)
        {
            return null;
        }

        context.Subject = kind.KindName();
        ObjectMeta? metadata = reader.RequiredObject("metadata", "metadata: {name: cart}") is { } metadataReader
            ? ReadMetadata(metadataReader, kind, defaultNamespace)
            : null;
        string specNamespace = metadata?.Namespace ?? defaultNamespace;
        reader.Ignore("status");
        ObjectReader? specReader = reader.RequiredObject("spec", "spec: {...}");
        reader.Finish();
        ResourceOrigin origin = new(document.File, root);
        return specReader is null ? null : ReadSpec(kind, specReader, specNamespace, metadata, origin);
    }

    private static Resource? ReadSpec(ResourceKind kind, ObjectReader spec, string ns, ObjectMeta? metadata, ResourceOrigin origin)
    {
        return kind switch
        {
            ResourceKind.Service => Make(ServiceCodec.Read(spec)),
            ResourceKind.HttpRoute => Make(HttpRouteCodec.Read(spec, ns)),
            ResourceKind.GrpcRoute => Make(GrpcRouteCodec.Read(spec, ns)),
            ResourceKind.TlsRoute => Make(TlsRouteCodec.Read(spec, ns)),
            ResourceKind.TrafficPolicy => Make(TrafficPolicyCodec.Read(spec, ns)),
            ResourceKind.AuthorizationPolicy => Make(AuthorizationPolicyCodec.Read(spec, ns)),
            ResourceKind.NamespacePolicy => Make(SmallPolicyCodec.ReadNamespacePolicy(spec)),
            ResourceKind.WorkloadPolicy => Make(SmallPolicyCodec.ReadWorkloadPolicy(spec, ns)),
            ResourceKind.Telemetry => Make(TelemetryCodec.Read(spec, ns)),
            ResourceKind.Workload => Make(WorkloadCodec.Read(spec, ns)),
            _ => throw new InvalidOperationException($"no reader for kind {kind}"),
        };

        Resource? Make<TSpec>(TSpec value)
            where TSpec : ResourceSpec
            => metadata is null ? null : new Resource<TSpec>(value, metadata, origin);
    }

    private static ResourceKind? ReadKind(ObjectReader reader)
    {
        string apiVersion = reader.RequiredText("apiVersion", "apiVersion: weft.mesh/v1");
        string kindName = reader.RequiredText("kind", "kind: Service");
        if (apiVersion.Length == 0 || kindName.Length == 0)
        {
            return null;
        }

        if (!ResourceKinds.TryFromDocument(kindName, out ResourceKind kind))
        {
            IEnumerable<string> names = ResourceKinds.All.Select(known => known.KindName());
            string? near = NearestName.Find(kindName, names);
            reader.Context.Add(FindingCodes.UnknownKind, reader.Node.Find("kind")!.Value.Value, "kind", $"there is no kind \"{kindName}\"",
                $"kinds are: {string.Join(", ", names)}", near, near is null ? "use one of these kinds" : $"change it to \"{near}\"");
            return null;
        }

        if (apiVersion != kind.ApiVersion())
        {
            reader.Context.Add(FindingCodes.UnknownKind, reader.Node.Find("apiVersion")!.Value.Value, "apiVersion",
                $"{kindName} has no version \"{apiVersion}\"", $"it is known as {kind.ApiVersion()}", kind.ApiVersion(),
                $"write apiVersion: {kind.ApiVersion()}");
        }

        return kind;
    }

    private static ObjectMeta? ReadMetadata(ObjectReader reader, ResourceKind kind, string defaultNamespace)
    {
        string name = reader.RequiredLabel("name", "name: cart");
        string ns = reader.Label("namespace") ?? defaultNamespace;
        if (name.Length > 0)
        {
            reader.Context.Subject = $"{kind.KindName()} \"{ns}/{name}\"";
        }

        Dictionary<string, string> labels = reader.LabelMap("labels");
        Dictionary<string, string> annotations = reader.KeyedTextMap("annotations");
        reader.Ignore(s_serverFields).Finish();
        return name.Length == 0 ? null : new ObjectMeta { Namespace = ns, Name = name, Labels = labels, Annotations = annotations };
    }
}
