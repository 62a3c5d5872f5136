using System.Globalization;
using Weft.Contracts.Session;
using Weft.Primitives.Net;

namespace Weft.Proxy.Session;

/// <summary>
/// Finds the connections that were open before the capture and so pass the proxy by: established, between the workload and
/// another machine, and not the proxy's own. Only of use where connections are captured, in a namespace that is the workload's.
/// </summary>
internal static class BypassedConnections
{
    /// <summary>Most connections that one report names.</summary>
    public const int Max = 256;

    /// <summary>Lines of the kernel's table that one look costs at most.</summary>
    private const int RowsMax = 20_000;

    /// <summary>Looks now.</summary>
    /// <param name="settings">The ports of the proxy and of the application.</param>
    public static List<BypassedConnection> Find(RunSettings settings)
    {
        List<TcpRow> rows = ProcTcp.ReadEstablished(RowsMax);
        return rows.Exists(row => IsCandidate(row, settings)) ? Select(rows, OwnSockets(), settings) : [];
    }

    internal static List<BypassedConnection> Select(IEnumerable<TcpRow> rows, IReadOnlySet<long> own, RunSettings settings)
    {
        List<BypassedConnection> found = [];
        HashSet<NetAddress> ownPeers = [.. rows.Where(row => own.Contains(row.Inode)).Select(static row => row.Remote)];
        foreach (TcpRow row in rows)
        {
            // The application's end of a captured connection shows its original destination; its other end is a socket of ours
            // whose peer is this row's local address.
            if (!IsCandidate(row, settings) || own.Contains(row.Inode) || ownPeers.Contains(row.Local))
            {
                continue;
            }

            bool inbound = settings.Ports.Any(port => port.Target.Port == row.Local.Port);
            found.Add(new BypassedConnection { Local = row.Local.ToString(), Remote = row.Remote.ToString(), Inbound = inbound });
            if (found.Count == Max)
            {
                break;
            }
        }

        return found;
    }

    private static bool IsCandidate(TcpRow row, RunSettings settings) =>
        !row.Remote.IsLoopback
        && row.Local.WithPort(0) != row.Remote.WithPort(0)
        && row.Local.Port != settings.Tunnel.Port
        && row.Local.Port != settings.Inbound?.Port
        && row.Local.Port != settings.Outbound?.Port
        && row.Local.Port != settings.Admin.Port;

    /// <summary>Inodes of the sockets that this process holds.</summary>
    private static HashSet<long> OwnSockets()
    {
        HashSet<long> inodes = [];
        foreach (string link in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            try
            {
                if (new FileInfo(link).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal)
                    && long.TryParse(target.AsSpan()["socket:[".Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long inode))
                {
                    inodes.Add(inode);
                }
            }
            catch (IOException)
            {
                // Closed meanwhile.
            }
        }

        return inodes;
    }
}
