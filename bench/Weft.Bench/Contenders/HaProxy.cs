namespace Weft.Bench.Contenders;

/// <summary>HAProxy with one thread, connections to the server shared by all clients, no log.</summary>
internal sealed class HaProxy(string folder)
{
    /// <summary>As many clients as the memory scenario holds, and some.</summary>
    private const int ConnectionsMax = 10_100;

    public Launch Relay(string name, int port, params IReadOnlyList<string> to)
        => Write(name, port, "http", $"bind 127.0.0.1:{port}", [.. to.Select((address, i) => $"server next{i} {address}")]);

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
        string file = Path.Combine(folder, $"haproxy-{name}.cfg");
        string reuse = mode == "http" ? "    http-reuse always\n" : "";
        string balance = servers.Count > 1 ? "    balance random(2)\n" : "";
        // It asks for two descriptors per client and would not start with fewer (strict limits); idle clients need one.
        File.WriteAllText(
            file,
            $"""
            global
                nbthread 1
                maxconn {ConnectionsMax}
                no strict-limits
            defaults
                mode {mode}
                timeout connect 5s
                timeout client 600s
                timeout server 600s
                timeout http-keep-alive 600s
            {reuse}{balance}frontend in
                {bind}
                default_backend out
            backend out
            {string.Concat(servers.Select(server => $"    {server}\n"))}
            """);
        // -db: stay in the foreground, without a master process.
        return new Launch(port, "haproxy", "-db", "-f", file);
    }
}
