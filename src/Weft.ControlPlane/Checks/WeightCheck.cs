using Weft.Model;
using Weft.Model.Reading;
using Weft.Model.Routes;

namespace Weft.ControlPlane.Checks;

/// <summary>A rule whose backends all weigh nothing answers 500 to everything.</summary>
internal sealed class WeightCheck : IModelCheck
{
    public void Run(CheckContext context)
    {
        foreach ((Resource route, RouteSpec spec) in context.Model.AllRoutes())
        {
            for (int i = 0; i < spec.CommonRules.Count; i++)
            {
                IReadOnlyList<BackendRef> backends = spec.CommonRules[i].BackendRefs;
                if (backends.Count > 0 && backends.All(backend => backend.Weight == 0))
                {
                    context.Warn(FindingCodes.WeightsAllZero, route, $"spec.rules[{i}].backendRefs", "has a rule whose weights are all zero",
                        "no backend takes a share, so every request of the rule is answered 500", null, "give at least one backend a weight");
                }
            }
        }
    }
}
