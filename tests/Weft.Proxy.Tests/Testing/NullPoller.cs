using Weft.Proxy.Engine;

namespace Weft.Proxy.Tests.Testing;

/// <summary>No descriptors: memory transports wake their peers themselves.</summary>
internal sealed class NullPoller : IPoller
{
    public int Watched => 0;

    public void Wait(int timeoutMs)
    {
    }

    public void Dispatch()
    {
    }

    public void Wake()
    {
    }

    public void Add(int descriptor, IPollHandle handle) => throw new NotSupportedException("no sockets over memory");

    public void Replace(int descriptor, IPollHandle handle) => throw new NotSupportedException("no sockets over memory");

    public void Remove(int descriptor)
    {
    }

    public void Withdraw(int descriptor)
    {
    }

    public void Dispose()
    {
    }
}
