using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Upgrading;

namespace Weft.Proxy.Listening;

/// <summary>Finds out which listening sockets each worker accepts on.</summary>
internal static class WorkerSockets
{
    /// <summary>
    /// Opens an address for all workers, or takes the sockets that were given for it. Each worker gets at least one descriptor of its own, and every
    /// given socket is somebody's, so that no queue is left without anyone who accepts: with fewer workers than sockets some have several; with more
    /// the new ones get another socket of the same port, or share one.
    /// </summary>
    /// <returns>The descriptors of each worker, which belong to the caller; or null and the kernel's reason.</returns>
    public static int[][]? Open(SocketFactory sockets, HeldSockets held, NetAddress address, int workers, out string? fault, bool onlyV6 = false)
    {
        List<int> all = held.TakeAll(isStream: true, address);
        List<int> shared = [];
        fault = null;
        bool ownQueues = all.Count == 0
            ? workers > 1 && address.Family != NetFamily.Unix
            : Libc.GetOption(all[0], Libc.SolSocket, Libc.SoReusePort) > 0 && address.Family != NetFamily.Unix;
        for (int i = all.Count; i < workers; i++)
        {
            if (all.Count > 0 && !ownQueues)
            {
                shared.Add(Libc.Fcntl(all[i % all.Count], Libc.FcntlDupCloseOnExec, 0));
                continue;
            }

            int opened = sockets.Listen(address, ownQueues, out fault, onlyV6);
            if (opened < 0)
            {
                return null;
            }

            held.Use(isStream: true, address, opened);
            all.Add(opened);
        }

        int[] descriptors = [.. all, .. shared];
        return [.. Enumerable.Range(0, workers).Select(worker => descriptors.Where((_, i) => i % workers == worker).ToArray())];
    }

    /// <summary>Binds a datagram socket, or takes the one that was given for the address; the descriptor, or -1 and the kernel's reason.</summary>
    public static int OpenDatagram(SocketFactory sockets, HeldSockets held, NetAddress address, out string? fault)
    {
        fault = null;
        if (held.TakeAll(isStream: false, address) is [int first, ..])
        {
            return first;
        }

        int opened = sockets.BindDatagram(address, out fault);
        if (opened >= 0)
        {
            held.Use(isStream: false, address, opened);
        }

        return opened;
    }
}
