using Weft.Model;
using Weft.Model.Reading;
using Weft.Model.Routes;

namespace Weft.ControlPlane.Checks;

/// <summary>The service that a route hangs on exists, and has the port.</summary>
internal sealed class ParentCheck : IModelCheck
{
    public void Run(CheckContext context)
    {
        foreach ((Resource route, RouteSpec spec) in context.Model.AllRoutes())
        {
            for (int i = 0; i < spec.ParentRefs.Count; i++)
            {
                Check(context, route, spec.ParentRefs[i], $"spec.parentRefs[{i}]");
            }
        }
    }

    private static void Check(CheckContext context, Resource route, ParentRef parent, string path)
    {
        if (!context.Exists(parent.Service))
        {
            string? near = context.Nearest(parent.Service);
            context.Error(FindingCodes.ParentNotFound, route, $"{path}.name", "hangs on a service that does not exist",
                $"no Service or workload named \"{parent.Service.Name}\" in namespace \"{parent.Service.Namespace}\"", near,
                near is null ? "create the service" : $"change it to \"{near}\", or create the service");
            return;
        }

        IReadOnlyList<int> ports = context.PortsOf(parent.Service);
        if (parent.Port is { } port && ports.Count > 0 && !ports.Contains(port))
        {
            context.Error(FindingCodes.ParentPortNotFound, route, $"{path}.port", $"hangs on port {port}, which its service does not have",
                $"service \"{parent.Service}\" has: {string.Join(", ", ports)}", null, "use one of these ports, or leave it out to mean all of them");
        }
    }
}
