using System.Net.Http;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Weft.Bench.Processes;

namespace Weft.Replay;

/// <summary>The real server as its own process on one processor, with its API over its socket.</summary>
internal sealed partial class ServerProgram : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("weft-replay-");
    private readonly ChildProcess _process;

    private ServerProgram(string program, bool servesPage)
    {
        _process = ChildProcess.Start(
            "weft-server", 0, program, "--data", _data.FullName, "--listen", "127.0.0.1:0", "--api", "127.0.0.1:0", "--ui", servesPage ? "127.0.0.1:0" : "off");
        string socket = Path.Combine(_data.FullName, "weft.sock");
        Api = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, stop) =>
            {
                Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), stop);
                return new NetworkStream(connection, ownsSocket: true);
            },
        }) { BaseAddress = new Uri("http://weft"), Timeout = s_patience };
    }

    internal HttpClient Api { get; }

    /// <summary>Where proxies connect.</summary>
    internal string Address { get; private set; } = "";

    internal double CpuUs => _process.CpuUs;

    internal long ResidentKiB => _process.ResidentKiB;

    internal string Output => _process.Output;

    internal long FileBytes => _data.EnumerateFiles("weft-history*").Sum(static file => file.Length);

    /// <exception cref="InvalidOperationException">It does not begin to serve; the message has its output.</exception>
    internal static async Task<ServerProgram> StartAsync(string program, bool servesPage)
    {
        ServerProgram server = new(program, servesPage);
        long until = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (Environment.TickCount64 < until && !server._process.HasExited)
        {
            if (Ready().Match(server.Output) is { Success: true } ready)
            {
                server.Address = ready.Groups[1].Value;
                return server;
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException("the server does not begin to serve: " + server.Output);
    }

    public void Dispose()
    {
        Api.Dispose();
        _process.Dispose();
        _data.Delete(recursive: true);
    }

    [GeneratedRegex(@"ready grpc=(\S+)")]
    private static partial Regex Ready();
}
