namespace Weft.Bench.Contenders;

/// <summary>HAProxy with one thread, connections to the server shared by all clients, no log.</summary>
internal sealed class HaProxy(string folder)
{
    public Launch Relay(string name, int port, int to) => Write(name, port, "http", $"bind 127.0.0.1:{port}", $"server next 127.0.0.1:{to}");

    public Launch Tcp(string name, int port, int to) => Write(name, port, "tcp", $"bind 127.0.0.1:{port}", $"server next 127.0.0.1:{to}");

    /// <param name="protocol"><c>h2</c> or <c>http/1.1</c>, between the two proxies.</param>
    public Launch ToTls(string name, int port, int to, Certificates certificates, string protocol) => Write(
        name,
        port,
        "http",
        $"bind 127.0.0.1:{port}",
        $"server next 127.0.0.1:{to} ssl verify required ca-file {certificates.Authority} crt {certificates.Bundle("client")} "
        + $"verifyhost {Certificates.ServerName} sni str({Certificates.ServerName}) alpn {protocol} ssl-min-ver TLSv1.3");

    public Launch FromTls(string name, int port, int to, Certificates certificates, string protocol) => Write(
        name,
        port,
        "http",
        $"bind 127.0.0.1:{port} ssl crt {certificates.Bundle("server")} ca-file {certificates.Authority} verify required alpn {protocol} ssl-min-ver TLSv1.3",
        $"server next 127.0.0.1:{to}");

    private Launch Write(string name, int port, string mode, string bind, string server)
    {
        string file = Path.Combine(folder, $"haproxy-{name}.cfg");
        string reuse = mode == "http" ? "    http-reuse always\n" : "";
        File.WriteAllText(
            file,
            $"""
            global
                nbthread 1
                maxconn 8192
            defaults
                mode {mode}
                timeout connect 5s
                timeout client 600s
                timeout server 600s
                timeout http-keep-alive 600s
            {reuse}frontend in
                {bind}
                default_backend out
            backend out
                {server}

            """);
        // -db: stay in the foreground, without a master process.
        return new Launch(port, "haproxy", "-db", "-q", "-f", file);
    }
}
