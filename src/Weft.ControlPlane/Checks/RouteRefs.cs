using Weft.Model;
using Weft.Model.Routes;

namespace Weft.ControlPlane.Checks;

/// <summary>Routes of all kinds seen alike.</summary>
internal static class RouteRefs
{
    public static IEnumerable<(Resource Resource, RouteSpec Spec)> AllRoutes(this MeshModel model)
        => model.HttpRoutes.Select(route => ((Resource)route, (RouteSpec)route.Spec))
            .Concat(model.GrpcRoutes.Select(route => ((Resource)route, (RouteSpec)route.Spec)))
            .Concat(model.TlsRoutes.Select(route => ((Resource)route, (RouteSpec)route.Spec)));
}
