namespace Weft.Bench.Contenders;

/// <summary>nginx as its own guides advise for this use: one worker, keep-alive to the upstream over HTTP/1.1, no access log.</summary>
internal sealed class Nginx(string folder)
{
    // Debian ships the stream module apart from the server.
    private const string StreamModule = "/usr/lib/nginx/modules/ngx_stream_module.so";

    public Launch Origin(int port, string body)
    {
        string root = Path.Combine(folder, "www");
        Directory.CreateDirectory(root);
        File.WriteAllText(Path.Combine(root, "index.html"), body);
        return Write("origin", port, Http($$"""
                open_file_cache max=10;
                server {
                    listen 127.0.0.1:{{port}} reuseport;
                    root {{root}};
                }
            """));
    }

    public Launch Relay(string name, int port, int to) => Write(name, port, Http($$"""
            upstream next { server 127.0.0.1:{{to}}; keepalive 64; keepalive_requests 100000000; }
            server {
                listen 127.0.0.1:{{port}};
                location / { proxy_pass http://next; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
            }
        """));

    public Launch ToTls(string name, int port, int to, Certificates certificates) => Write(name, port, Http($$"""
            upstream next { server 127.0.0.1:{{to}}; keepalive 64; keepalive_requests 100000000; }
            server {
                listen 127.0.0.1:{{port}};
                location / {
                    proxy_pass https://next; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
                    proxy_ssl_certificate {{certificates.Certificate("client")}};
                    proxy_ssl_certificate_key {{certificates.Key("client")}};
                    proxy_ssl_trusted_certificate {{certificates.Authority}};
                    proxy_ssl_verify on; proxy_ssl_name {{Certificates.ServerName}}; proxy_ssl_server_name on; proxy_ssl_protocols TLSv1.3;
                    proxy_ssl_session_reuse on;
                }
            }
        """));

    public Launch FromTls(string name, int port, int to, Certificates certificates) => Write(name, port, Http($$"""
            upstream next { server 127.0.0.1:{{to}}; keepalive 64; keepalive_requests 100000000; }
            server {
                listen 127.0.0.1:{{port}} ssl;
                ssl_certificate {{certificates.Certificate("server")}};
                ssl_certificate_key {{certificates.Key("server")}};
                ssl_client_certificate {{certificates.Authority}};
                ssl_verify_client on; ssl_protocols TLSv1.3;
                location / { proxy_pass http://next; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
            }
        """));

    public Launch Tcp(string name, int port, int to) => Write(name, port, $$"""
        stream {
            access_log off;
            server { listen 127.0.0.1:{{port}}; proxy_pass 127.0.0.1:{{to}}; tcp_nodelay on; }
        }
        """);

    private static string Http(string servers) => $$"""
        http {
            access_log off;
            keepalive_requests 100000000;
            keepalive_timeout 600s;
            tcp_nodelay on;
            client_body_temp_path /dev/shm;
        {{servers}}
        }
        """;

    private Launch Write(string name, int port, string body)
    {
        string home = Path.Combine(folder, "nginx-" + name);
        Directory.CreateDirectory(home);
        string file = Path.Combine(home, "nginx.conf");
        string module = body.StartsWith("stream", StringComparison.Ordinal) && File.Exists(StreamModule) ? $"load_module {StreamModule};\n" : "";
        File.WriteAllText(
            file,
            $"{module}daemon off;\nworker_processes 1;\npid {home}/pid;\nerror_log {home}/error.log error;\nevents {{ worker_connections 8192; }}\n{body}\n");
        return new Launch(port, "nginx", "-p", home, "-c", file, "-e", Path.Combine(home, "error.log"));
    }
}
