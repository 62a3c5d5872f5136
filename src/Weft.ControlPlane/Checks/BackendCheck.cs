using Weft.Model;
using Weft.Model.Reading;
using Weft.Model.Routes;

namespace Weft.ControlPlane.Checks;

/// <summary>Services that routes send traffic to exist, have the port, and may be used from there.</summary>
internal sealed class BackendCheck : IModelCheck
{
    public void Run(CheckContext context)
    {
        foreach ((Resource route, RouteSpec spec) in context.Model.AllRoutes())
        {
            for (int i = 0; i < spec.CommonRules.Count; i++)
            {
                IReadOnlyList<BackendRef> backends = spec.CommonRules[i].BackendRefs;
                for (int j = 0; j < backends.Count; j++)
                {
                    Check(context, route, backends[j], $"spec.rules[{i}].backendRefs[{j}]");
                }
            }
        }
    }

    private static void Check(CheckContext context, Resource route, BackendRef backend, string path)
    {
        if (backend.Service.Namespace != route.Key.Namespace)
        {
            context.Error(FindingCodes.CrossNamespace, route, $"{path}.namespace", "sends traffic into another namespace",
                "the Gateway API asks for a ReferenceGrant there, and grants are not supported yet", null,
                $"use a service of namespace \"{route.Key.Namespace}\"");
            return;
        }

        if (!context.Exists(backend.Service))
        {
            string? near = context.Nearest(backend.Service);
            context.Error(FindingCodes.BackendNotFound, route, $"{path}.name", "sends traffic to a service that does not exist",
                $"no Service or workload named \"{backend.Service.Name}\" in namespace \"{backend.Service.Namespace}\"", near,
                near is null ? "create the service" : $"change it to \"{near}\", or create the service");
            return;
        }

        IReadOnlyList<int> ports = context.PortsOf(backend.Service);
        if (ports.Count > 0 && !ports.Contains(backend.Port))
        {
            context.Error(FindingCodes.BackendPortNotFound, route, $"{path}.port", $"sends traffic to port {backend.Port}, which the service does not have",
                $"service \"{backend.Service}\" has: {string.Join(", ", ports)}", null, "use one of these ports");
        }
    }
}
