using Weft.Primitives.Net;

namespace Weft.Proxy.Names;

/// <summary>The sockets of one server for both families: each answer leaves by the one of its family.</summary>
internal sealed class BothFamilies(DatagramSocket v4, DatagramSocket? v6) : IDatagrams
{
    public void Receive()
    {
        v4.Receive();
        v6?.Receive();
    }

    public void StopReceiving()
    {
        v4.StopReceiving();
        v6?.StopReceiving();
    }

    public void Close()
    {
        v4.Close();
        v6?.Close();
    }

    public void Send(ReadOnlySpan<byte> packet, NetAddress to) => (to.Family == NetFamily.V6 && v6 is not null ? v6 : v4).Send(packet, to);
}
