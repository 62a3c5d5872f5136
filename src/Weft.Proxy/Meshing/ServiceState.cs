using System.Text;
using Weft.Routing.Balancing;

namespace Weft.Proxy.Meshing;

/// <summary>What one worker knows of one service from its own traffic, and bytes that would otherwise be made per request.</summary>
internal sealed class ServiceState(string name)
{
    private readonly Dictionary<ushort, byte[]> _targets = [];

    public EndpointLoads Loads { get; } = new();

    /// <summary>Loop time when the control thread was last told that the service is in use.</summary>
    public long TouchedMs { get; set; }

    /// <summary>Value of x-weft-target for a port of the service.</summary>
    public byte[] Target(ushort port)
    {
        if (!_targets.TryGetValue(port, out byte[]? target))
        {
            target = Encoding.ASCII.GetBytes($"{name}:{port}");
            _targets.Add(port, target);
        }

        return target;
    }
}
