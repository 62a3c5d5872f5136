using Weft.Primitives.Net;

namespace Weft.Proxy.Names;

/// <summary>How a resolver reaches name servers; memory stands in for it in tests.</summary>
internal interface IResolverNetwork
{
    /// <summary>A datagram socket on a port that nobody can guess, or null when there is none to be had.</summary>
    IClosableDatagrams? Open(NetFamily family, DatagramReceiver received);

    /// <summary>Asks over TCP (RFC 7766); null when nothing usable came in time.</summary>
    ValueTask<byte[]?> AskOverTcpAsync(NetAddress server, byte[] query, int timeoutMs);
}

/// <summary>Datagrams of a socket of one's own.</summary>
internal interface IClosableDatagrams : IDatagrams
{
    void Close();
}
