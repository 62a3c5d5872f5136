using System.Globalization;
using System.Text;
using Weft.Identity;

namespace Weft.Proxy.Meshing;

/// <summary>
/// What a proxy says to the proxy of an endpoint: whose workload is meant, and which port of its application. The workload is named by its own service, the one in its identity:
/// several services may select the same workload, and it knows only its own name.
/// </summary>
/// <param name="Target">Value of x-weft-target: "namespace/service:port".</param>
/// <param name="Authority">The same as the authority of a CONNECT, which must look like a host (RFC 9113, 8.5): "service.namespace:port".</param>
internal sealed record TunnelAddress(byte[] Target, byte[] Authority)
{
    /// <param name="identity">SPIFFE ID of the endpoint.</param>
    /// <param name="service">"namespace/service" that was called, for an identity of another form.</param>
    /// <param name="port">Port of the endpoint's application.</param>
    public static TunnelAddress Of(string identity, string service, ushort port)
    {
        string own = SpiffeId.TryParse(identity, out SpiffeId? id) && id.IsWorkload ? id.ServiceName : service;
        int slash = own.IndexOf('/', StringComparison.Ordinal);
        string host = own[(slash + 1)..] + "." + own[..Math.Max(0, slash)];
        string digits = port.ToString(CultureInfo.InvariantCulture);
        return new TunnelAddress(Encoding.ASCII.GetBytes($"{own}:{digits}"), Encoding.ASCII.GetBytes($"{host}:{digits}"));
    }
}
