namespace Weft.Bench.Contenders;

/// <summary>HAProxy with one thread, connections to the server shared by all clients, no log.</summary>
internal sealed class HaProxy(string folder)
{
    /// <summary>As many clients as the memory scenario holds, and some.</summary>
    private const int ConnectionsMax = 10_100;

    /// <summary>The origin stands behind all contenders at once, each with a connection to each of its addresses.</summary>
    private const int OriginConnectionsMax = 40_000;

    public Launch Relay(string name, int port, params IReadOnlyList<string> to)
        => Write(name, port, "http", $"bind 127.0.0.1:{port}", [.. to.Select((address, i) => $"server next{i} {address}")]);

    /// <summary>Answers every request itself, at every address of this machine's loopback network; nobody else reaches it.</summary>
    public Launch Origin(string name, int port, string body) => WriteText(
        name, port, "http", OriginConnectionsMax, [$"bind 0.0.0.0:{port} interface lo", $"http-request return status 200 content-type text/plain string {body}"], []);

    /// <summary>Chooses by the path's beginning, from a map as its guide advises for many rules.</summary>
    public Launch Routes(string name, int port, string to, IEnumerable<string> prefixes)
    {
        string map = Path.Combine(folder, name + ".map");
        File.WriteAllLines(map, prefixes.Select(prefix => prefix + " out"));
        return WriteText(name, port, "http", ConnectionsMax, [$"bind 127.0.0.1:{port}", $"use_backend %[path,map_beg({map})]"], ["http-reuse always", $"server next {to}"]);
    }

    public Launch Tcp(string name, int port, int to) => Write(name, port, "tcp", $"bind 127.0.0.1:{port}", $"server next 127.0.0.1:{to}");

    /// <summary>Clients speak HTTP/2 without TLS from their first byte.</summary>
    public Launch FromHttp2(string name, int port, int to)
        => Write(name, port, "http", $"bind 127.0.0.1:{port} proto h2", $"server next 127.0.0.1:{to}");

    /// <param name="protocol"><c>h2</c> or <c>http/1.1</c>, between the two proxies.</param>
    /// <param name="client"><c>h1</c> or <c>h2</c>: what the clients speak, in plain.</param>
    public Launch ToTls(string name, int port, int to, Certificates certificates, string protocol, string client = "h1") => Write(
        name,
        port,
        "http",
        $"bind 127.0.0.1:{port} proto {client}",
        $"server next 127.0.0.1:{to} ssl verify required ca-file {certificates.Authority} crt {certificates.Bundle("client")} "
        + $"verifyhost {Certificates.ServerName} sni str({Certificates.ServerName}) alpn {protocol} ssl-min-ver TLSv1.3");

    /// <param name="origin"><c>h1</c> or <c>h2</c>: what the origin speaks, in plain.</param>
    /// <param name="more">Further words of the bind line.</param>
    public Launch FromTls(string name, int port, int to, Certificates certificates, string protocol, string origin = "h1", string more = "") => Write(
        name,
        port,
        "http",
        $"bind 127.0.0.1:{port} ssl crt {certificates.Bundle("server")} ca-file {certificates.Authority} verify required alpn {protocol} ssl-min-ver TLSv1.3 {more}",
        $"server next 127.0.0.1:{to} proto {origin}");

    private Launch Write(string name, int port, string mode, string bind, params IReadOnlyList<string> servers)
    {
        string[] reuse = mode == "http" ? ["http-reuse always"] : [];
        string[] balance = servers.Count > 1 ? ["balance random(2)"] : [];
        return WriteText(name, port, mode, ConnectionsMax, [bind, "default_backend out"], [.. reuse, .. balance, .. servers]);
    }

    private Launch WriteText(string name, int port, string mode, int connections, IEnumerable<string> frontend, IReadOnlyList<string> backend)
    {
        string file = Path.Combine(folder, $"haproxy-{name}.cfg");
        string Indented(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"    {line}\n"));
        // It asks for two descriptors per client and would not start with fewer (strict limits); idle clients need one.
        File.WriteAllText(
            file,
            $"""
            global
                nbthread 1
                maxconn {connections}
                no strict-limits
            defaults
                mode {mode}
                timeout connect 5s
                timeout client 600s
                timeout server 600s
                timeout http-keep-alive 600s
            frontend in
            {Indented(frontend)}{(backend.Count > 0 ? "backend out\n" + Indented(backend) : "")}
            """);
        // -db: stay in the foreground, without a master process.
        return new Launch(port, "haproxy", "-db", "-f", file);
    }
}
