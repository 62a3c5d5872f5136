using Weft.Model;
using Weft.Model.Reading;
using Weft.Model.Workloads;

namespace Weft.ControlPlane.Checks;

/// <summary>The ports of a workload are ports of its service.</summary>
internal sealed class WorkloadPortCheck : IModelCheck
{
    public void Run(CheckContext context)
    {
        foreach (Resource<WorkloadSpec> workload in context.Model.Workloads)
        {
            if (!context.IsDescribed(workload.Spec.Service))
            {
                continue;
            }

            IReadOnlyList<int> ports = context.PortsOf(workload.Spec.Service);
            for (int i = 0; i < workload.Spec.Ports.Count; i++)
            {
                if (!ports.Contains(workload.Spec.Ports[i].Port))
                {
                    context.Error(FindingCodes.WorkloadPortNotFound, workload, $"spec.ports[{i}].port",
                        $"has port {workload.Spec.Ports[i].Port}, which its service does not have",
                        $"service \"{workload.Spec.Service}\" has: {string.Join(", ", ports)}", null, "use one of these ports, or add the port to the service");
                }
            }
        }
    }
}
