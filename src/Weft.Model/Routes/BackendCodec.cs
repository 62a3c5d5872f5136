using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Routes;

/// <summary>Backends of a rule.</summary>
internal static class BackendCodec
{
    public static List<BackendRef> Read(ObjectReader rule, string routeNamespace)
    {
        List<BackendRef> backends = [];
        foreach (ObjectReader item in rule.Objects("backendRefs", RouteLimits.BackendRefsMax))
        {
            string group = item.Text("group") ?? "";
            string kind = item.Text("kind") ?? "Service";
            string name = item.RequiredLabel("name", "name: cart-v2");
            string backendNamespace = item.Label("namespace") ?? routeNamespace;
            int port = item.RequiredInteger("port", 1, 65535, "port: 8080");
            int weight = item.Integer("weight", 0, RouteLimits.WeightMax) ?? 1;
            (HeaderModifier? request, _) = FilterCodec.Read(item, responseAllowed: false);
            item.Finish();
            if (kind != "Service" || group is not ("" or "core"))
            {
                item.Fail(
                    FindingCodes.NotSupported,
                    "kind",
                    $"has a backend of kind {kind}, which is not supported yet",
                    "a backend is a Service of group \"\"",
                    "write kind: Service");
            }

            backends.Add(new BackendRef(new NamespacedName(backendNamespace, name), port, weight, request));
        }

        return backends;
    }

    public static SequenceNode? Write(IReadOnlyList<BackendRef> backends, string routeNamespace)
        => backends.Count == 0 ? null : SequenceNode.Of(backends.Select(backend => new MappingBuilder()
            .Add("name", backend.Service.Name)
            .Add("namespace", backend.Service.Namespace == routeNamespace ? null : backend.Service.Namespace)
            .Add("port", backend.Port)
            .Add("weight", backend.Weight == 1 ? null : backend.Weight)
            .Add("filters", FilterCodec.Write(backend.RequestHeaders, null))
            .Build()));
}
