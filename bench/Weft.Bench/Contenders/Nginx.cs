namespace Weft.Bench.Contenders;

/// <summary>nginx as its own guides advise for this use: one worker, keep-alive to the upstream, no access log.</summary>
internal sealed class Nginx(string folder)
{
    /// <summary>As many clients as the memory scenario holds, and some. nginx sets memory aside for each of them when it starts.</summary>
    private const int ConnectionsMax = 12_000;

    /// <summary>The origin stands in front of all contenders at once, each with a connection to each of its addresses.</summary>
    private const int OriginConnectionsMax = 40_000;

    // Debian ships the stream module apart from the server.
    private const string StreamModule = "/usr/lib/nginx/modules/ngx_stream_module.so";

    // The pool holds as many connections as there are clients, or one for each endpoint if those are more.
    private const int PooledMin = 64;

    private const string Forward = "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $host;";

    /// <summary>Serves <paramref name="files"/> at <paramref name="addresses"/>, as fast as it can.</summary>
    public Launch Origin(int port, IReadOnlyList<string> addresses, IReadOnlyDictionary<string, byte[]> files)
    {
        string root = Path.Combine(folder, "www");
        Directory.CreateDirectory(root);
        foreach ((string name, byte[] content) in files)
        {
            File.WriteAllBytes(Path.Combine(root, name), content);
        }

        string listen = string.Concat(addresses.Select(address => $"listen {address};\n"));
        return Write("origin", port, OriginConnectionsMax, Http($$"""
            open_file_cache max=10;
            sendfile on;
            server {
                {{listen}}
                root {{root}};
            }
            """));
    }

    public Launch Relay(string name, int port, params IReadOnlyList<string> to)
        => Proxy(name, to, $"listen 127.0.0.1:{port};", $"proxy_pass http://next; {Forward}", port);

    /// <summary>The same with a line in a log for each request, buffered as its guide advises.</summary>
    public Launch RelayLogged(string name, int port, string to) => Proxy(
        name, [to], $"listen 127.0.0.1:{port}; access_log {Path.Combine(folder, name + ".log")} combined buffer=64k flush=1s;", $"proxy_pass http://next; {Forward}", port);

    /// <summary>Chooses by the path's beginning among locations, which nginx keeps as a tree.</summary>
    public Launch Routes(string name, int port, string to, IEnumerable<string> prefixes) => Proxy(
        name, [to], $"listen 127.0.0.1:{port}; {string.Concat(prefixes.Select(prefix => $"location {prefix}/ {{ proxy_pass http://next; {Forward} }}\n"))}", "return 404;", port);

    /// <summary>Clients speak HTTP/2 without TLS from their first byte.</summary>
    public Launch FromHttp2(string name, int port, int to)
        => Proxy(name, [$"127.0.0.1:{to}"], $"listen 127.0.0.1:{port} http2;", $"proxy_pass http://next; {Forward}", port);

    public Launch ToTls(string name, int port, int to, Certificates certificates)
        => Proxy(name, [$"127.0.0.1:{to}"], $"listen 127.0.0.1:{port};", $"proxy_pass https://next; {Forward} {Vouched("proxy", certificates)}", port);

    public Launch FromTls(string name, int port, int to, Certificates certificates, string more = "")
        => Proxy(name, [$"127.0.0.1:{to}"], $"listen 127.0.0.1:{port} ssl; {Vouching(certificates)} {more}", $"proxy_pass http://next; {Forward}", port);

    /// <summary>gRPC from a client in plain to the next proxy under TLS.</summary>
    public Launch GrpcToTls(string name, int port, int to, Certificates certificates)
        => Proxy(name, [$"127.0.0.1:{to}"], $"listen 127.0.0.1:{port} http2;", $"grpc_pass grpcs://next; {Vouched("grpc", certificates)}", port);

    /// <summary>gRPC from the other proxy under TLS to the origin in plain.</summary>
    public Launch GrpcFromTls(string name, int port, int to, Certificates certificates)
        => Proxy(name, [$"127.0.0.1:{to}"], $"listen 127.0.0.1:{port} ssl http2; {Vouching(certificates)}", "grpc_pass grpc://next;", port);

    public Launch Tcp(string name, int port, int to) => Write(name, port, ConnectionsMax, $$"""
        stream {
            access_log off;
            server { listen 127.0.0.1:{{port}}; proxy_pass 127.0.0.1:{{to}}; tcp_nodelay on; }
        }
        """);

    private static string Vouching(Certificates certificates) => $"""
        ssl_certificate {certificates.Certificate("server")};
                ssl_certificate_key {certificates.Key("server")};
                ssl_client_certificate {certificates.Authority};
                ssl_verify_client on; ssl_protocols TLSv1.3;
        """;

    private static string Vouched(string module, Certificates certificates) => $"""
        {module}_ssl_certificate {certificates.Certificate("client")};
                    {module}_ssl_certificate_key {certificates.Key("client")};
                    {module}_ssl_trusted_certificate {certificates.Authority};
                    {module}_ssl_verify on; {module}_ssl_name {Certificates.ServerName}; {module}_ssl_server_name on; {module}_ssl_protocols TLSv1.3;
                    {module}_ssl_session_reuse on;
        """;

    private Launch Proxy(string name, IReadOnlyList<string> to, string server, string location, int port) => Write(name, port, ConnectionsMax, Http($$"""
            upstream next {
                {{(to.Count > 1 ? "random two least_conn;" : "")}}
                {{string.Concat(to.Select(address => $"server {address};\n"))}}
                keepalive {{Math.Max(PooledMin, to.Count)}}; keepalive_requests 100000000;
            }
            server {
                {{server}}
                location / { {{location}} }
            }
        """));

    private static string Http(string servers) => $$"""
        http {
            access_log off;
            keepalive_requests 100000000;
            keepalive_timeout 600s;
            tcp_nodelay on;
            # A body that does not fit into memory must not be written to a disk on its way.
            proxy_max_temp_file_size 0;
            client_body_temp_path /dev/shm;
        {{servers}}
        }
        """;

    private Launch Write(string name, int port, int connections, string body)
    {
        string home = Path.Combine(folder, "nginx-" + name);
        Directory.CreateDirectory(home);
        string file = Path.Combine(home, "nginx.conf");
        string module = body.StartsWith("stream", StringComparison.Ordinal) && File.Exists(StreamModule) ? $"load_module {StreamModule};\n" : "";
        File.WriteAllText(
            file,
            $"{module}daemon off;\nworker_processes 1;\npid {home}/pid;\nerror_log {home}/error.log error;\nevents {{ worker_connections {connections}; }}\n{body}\n");
        return new Launch(port, "nginx", "-p", home, "-c", file, "-e", Path.Combine(home, "error.log"));
    }
}
