using Weft.Primitives.Net;

namespace Weft.Proxy.Names;

/// <summary>Sends datagrams; a datagram that cannot be sent now is lost, as the protocol allows.</summary>
internal interface IDatagrams
{
    void Send(ReadOnlySpan<byte> packet, NetAddress to);
}
