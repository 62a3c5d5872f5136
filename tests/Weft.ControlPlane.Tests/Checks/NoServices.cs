using Weft.ControlPlane.Checks;
using Weft.Model;

namespace Weft.ControlPlane.Tests.Checks;

/// <summary>A directory of nothing: only resources say which services exist.</summary>
internal sealed class NoServices : IServiceDirectory
{
    public bool Exists(NamespacedName service) => false;

    public IReadOnlyList<int> PortsOf(NamespacedName service) => [];

    public IEnumerable<string> NamesIn(string ns) => [];
}
