using Weft.Primitives.Net;
using Weft.Proxy.Discovery;

namespace Weft.Proxy.Names;

/// <summary>What the mesh knows of host names.</summary>
internal interface IMeshNames
{
    /// <summary>Asks what a name means; the answer may come at once or later, once.</summary>
    /// <param name="name">Lower case, without a dot at the end.</param>
    /// <param name="answer">Gets whether it is a name of the mesh, and its virtual address if it has one.</param>
    void Ask(string name, Action<Lookup, NetAddress?> answer);
}
