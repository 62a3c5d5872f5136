using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Upgrading;

/// <summary>
/// The sockets by which others reach this process: those it was given at its start, by its predecessor or by systemd, until an option asks for
/// them, and those in use, which the successor gets. A socket that is passed on is never closed and opened again, so that nobody who waits in its
/// queue is lost. Used while the process starts and when it is upgraded, by one thread at a time.
/// </summary>
internal sealed class HeldSockets
{
    private readonly List<HeldSocket> _given = [];
    private readonly List<HeldSocket> _used = [];

    public IReadOnlyList<HeldSocket> Used => _used;

    /// <summary>Puts a socket there for whoever asks for its address.</summary>
    public void Give(HeldSocket socket) => _given.Add(socket);

    /// <summary>Whether a listening socket was given for the address.</summary>
    public bool Has(NetAddress address) => _given.Exists(socket => socket.IsStream && socket.Address == address);

    /// <summary>Takes every socket that was given for the address; empty when the caller has to open one.</summary>
    public List<int> TakeAll(bool isStream, NetAddress address)
    {
        List<int> found = [];
        foreach (HeldSocket socket in _given)
        {
            if (socket.IsStream == isStream && socket.Address == address)
            {
                found.Add(socket.Descriptor);
                _used.Add(socket);
            }
        }

        _given.RemoveAll(socket => socket.IsStream == isStream && socket.Address == address);
        return found;
    }

    /// <summary>Remembers a socket that was opened, for the successor.</summary>
    public void Use(bool isStream, NetAddress address, int descriptor) => _used.Add(new HeldSocket(isStream, address, descriptor));

    /// <summary>Closes what nobody asked for: connections to it would wait for ever.</summary>
    /// <returns>What was closed.</returns>
    public IReadOnlyList<HeldSocket> CloseUnasked()
    {
        HeldSocket[] closed = [.. _given];
        _given.Clear();
        foreach (HeldSocket socket in closed)
        {
            Libc.Close(socket.Descriptor);
        }

        return closed;
    }
}
