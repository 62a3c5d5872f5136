using Weft.Primitives.Net;

namespace Weft.Proxy.Names;

/// <summary>What the host says of names: the servers of resolv.conf(5) and the addresses of hosts(5).</summary>
internal sealed class ResolverFiles
{
    /// <summary>Servers that are asked; more are ignored, as the C library does.</summary>
    private const int ServersMax = 3;

    private readonly List<NetAddress> _servers = [];
    private readonly Dictionary<string, List<NetAddress>> _hosts = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<NetAddress> Servers => _servers;

    /// <summary>Reads the files of this host; one that is not there is empty.</summary>
    public static ResolverFiles Read() => Parse(ReadFile("/etc/resolv.conf"), ReadFile("/etc/hosts"));

    /// <summary>The same with one server in place of those of this host.</summary>
    public static ResolverFiles ReadFor(NetAddress server)
    {
        ResolverFiles files = Parse("", ReadFile("/etc/hosts"));
        files._servers.Add(server);
        return files;
    }

    /// <summary>Lines that make no sense are passed over: these files belong to the host, and it lives with them.</summary>
    public static ResolverFiles Parse(string resolvConf, string hosts)
    {
        ResolverFiles files = new();
        foreach (string[] words in Lines(resolvConf, '#', ';'))
        {
            if (words.Length > 1 && words[0] == "nameserver" && files._servers.Count < ServersMax && NetAddress.TryParseHost(words[1], 53, out NetAddress server))
            {
                files._servers.Add(server);
            }
        }

        foreach (string[] words in Lines(hosts, '#'))
        {
            if (words.Length > 1 && NetAddress.TryParseHost(words[0], 0, out NetAddress address))
            {
                foreach (string name in words.Skip(1))
                {
                    if (!files._hosts.TryGetValue(name, out List<NetAddress>? all))
                    {
                        files._hosts.Add(name, all = []);
                    }

                    all.Add(address);
                }
            }
        }

        return files;
    }

    /// <summary>The addresses that the host itself gives a name; none when it does not know it.</summary>
    public IReadOnlyList<NetAddress> Find(string name) => _hosts.TryGetValue(name, out List<NetAddress>? addresses) ? addresses : [];

    private static IEnumerable<string[]> Lines(string text, params char[] comments)
    {
        foreach (string line in text.Split('\n'))
        {
            int comment = line.IndexOfAny(comments);
            yield return (comment < 0 ? line : line[..comment]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        }
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
