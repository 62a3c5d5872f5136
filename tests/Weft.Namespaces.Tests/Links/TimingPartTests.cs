using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Weft.Namespaces.Tests.Links;

/// <summary>
/// An unmeshed client, a proxy and an unmeshed server, each in a namespace of its own, with a link between each two. Faults are injected one at a time: the part of
/// the record that names the cause grows by what was injected, and no other.
/// </summary>
public sealed class TimingPartTests : IDisposable
{
    private const int Samples = 24;
    /// <summary>By then round trips have been asked for again, after some requests have told the kernel of them.</summary>
    private const int WarmMs = 1_300;

    private const int SmallBody = 200;
    private const int LargeBody = 50_000;

    private static readonly string[] s_parts = ["client_rtt_ms", "server_rtt_ms", "upstream_ms", "transfer_ms", "queue_ms", "connect_ms"];

    private readonly string _prefix = $"wl{Environment.ProcessId % 10_000}";
    private readonly string _log = Path.Combine(Path.GetTempPath(), $"weft-parts-{Environment.ProcessId}.log");
    private readonly List<string> _spaces = [];
    private volatile int _workMs;
    private volatile int _bodyLength = SmallBody;
    private volatile bool _isOver;

    [Fact]
    public void Each_fault_shows_in_its_own_part_of_the_time_and_in_no_other()
    {
        Privileges.RequireRoot();
        string client = AddSpace("c");
        string proxy = AddSpace("p");
        string server = AddSpace("s");
        using EmulatedLink near = new(client, IPAddress.Parse("10.91.1.1"), proxy, IPAddress.Parse("10.91.1.2"));
        using EmulatedLink far = new(proxy, IPAddress.Parse("10.91.2.1"), server, IPAddress.Parse("10.91.2.2"));
        using TcpListener listener = EmulatedLink.Inside(server, static () =>
        {
            TcpListener opened = new(IPAddress.Any, 9090);
            opened.Start();
            return opened;
        });
        Thread serving = new(() => ServeAll(listener)) { IsBackground = true };
        serving.Start();
        using Process relay = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", proxy, BuiltPrograms.Proxy, "relay", "--listen", "10.91.1.2:8080", "--to", "10.91.2.2:9090", "--access-log", _log]))!;
        try
        {
            Dictionary<string, double> calm = Measure(client);

            near.SetRoundTrip(TimeSpan.FromMilliseconds(40));
            AssertOnly("client_rtt_ms", 40, calm, Measure(client));
            near.SetRoundTrip(TimeSpan.Zero);

            far.SetRoundTrip(TimeSpan.FromMilliseconds(40));
            AssertOnly("server_rtt_ms", 40, calm, Measure(client));
            far.SetRoundTrip(TimeSpan.Zero);

            _workMs = 200;
            AssertOnly("upstream_ms", 200, calm, Measure(client));
            _workMs = 0;

            // What the bottleneck adds is the time that the body needs on it, with 52 bytes of TCP and IP around each 1,448.
            _bodyLength = LargeBody;
            Dictionary<string, double> large = Measure(client);
            far.SetRate(1_000_000);
            AssertOnly("transfer_ms", LargeBody * (1_500.0 / 1_448) * 8 / 1_000, large, Measure(client));
        }
        finally
        {
            _isOver = true;
            relay.Kill(entireProcessTree: true);
            relay.WaitForExit();
        }
    }

    public void Dispose()
    {
        foreach (string space in _spaces)
        {
            Ip("netns", "del", space);
        }

        File.Delete(_log);
    }

    private static void AssertOnly(string part, double injected, Dictionary<string, double> before, Dictionary<string, double> after)
    {
        string all = string.Join(", ", s_parts.Select(name => $"{name} {before[name]:0.0} -> {after[name]:0.0}"));
        TestContext.Current.SendDiagnosticMessage($"{part} +{injected:0}: {all}");
        foreach (string name in s_parts)
        {
            double grown = after[name] - before[name];
            Assert.True(Math.Abs(grown - (name == part ? injected : 0)) <= injected / 10, $"+{injected:0} ms for {part}: {all}");
        }
    }

    private static void Ip(params string[] words)
    {
        using Process ip = Process.Start("ip", words);
        ip.WaitForExit();
    }

    private string AddSpace(string name)
    {
        string space = _prefix + name;
        Ip("netns", "add", space);
        _spaces.Add(space);
        return space;
    }

    /// <summary>Medians of the parts over requests on one connection, which is new: what was measured before a fault is not remembered on it.</summary>
    private Dictionary<string, double> Measure(string client)
    {
        string mark = Guid.NewGuid().ToString("n");
        EmulatedLink.Inside(client, () => CallAll(mark));
        List<JsonElement> lines = [];
        Assert.True(SpinWait.SpinUntil(() => (lines = Lines(mark)).Count == Samples, 20_000), $"{lines.Count} of {Samples} requests are in the log");
        return s_parts.ToDictionary(static name => name, name => Median(lines.Select(line => line.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : 0)), StringComparer.Ordinal);
    }

    private List<JsonElement> Lines(string mark)
        => File.Exists(_log)
            ? [.. File.ReadAllLines(_log).Where(line => line.Contains("/n" + mark, StringComparison.Ordinal) && line.EndsWith('}')).Select(static line => JsonDocument.Parse(line).RootElement)]
            : [];

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Samples / 2);

    /// <summary>The first requests, which open connections, are not looked at; the server ends its connection with the last.</summary>
    private static bool CallAll(string mark)
    {
        using Socket socket = Connect();
        for (Stopwatch warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < WarmMs;)
        {
            Call(socket, "/warm", last: false);
        }

        for (int i = 1; i <= Samples; i++)
        {
            Call(socket, "/n" + mark, last: i == Samples);
        }

        return true;
    }

    private static void Call(Socket socket, string path, bool last)
    {
        socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: a\r\nX-Last: {(last ? "yes" : "no")}\r\n\r\n"));
        ReadMessage(socket, hasBody: true);
    }

    private static Socket Connect()
    {
        for (int tries = 0; ; tries++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Connect(IPAddress.Parse("10.91.1.2"), 8080);
                return socket;
            }
            catch (SocketException) when (tries < 200)
            {
                // The proxy is starting.
                socket.Dispose();
                using ManualResetEventSlim wait = new();
                wait.Wait(50);
            }
        }
    }

    private void ServeAll(TcpListener listener)
    {
        while (!_isOver)
        {
            try
            {
                Socket socket = listener.AcceptSocket();
                socket.NoDelay = true;
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
            catch (SocketException)
            {
                // The test is over.
                return;
            }
        }
    }

    private void Serve(Socket socket)
    {
        using (socket)
        {
            try
            {
                while (ReadMessage(socket, hasBody: false) is { Length: > 0 } request)
                {
                    if (_workMs > 0)
                    {
                        using ManualResetEventSlim wait = new();
                        wait.Wait(_workMs);
                    }

                    bool last = request.Contains("X-Last: yes", StringComparison.OrdinalIgnoreCase);
                    string head = $"HTTP/1.1 200 OK\r\nContent-Length: {_bodyLength}\r\n{(last ? "Connection: close\r\n" : "")}\r\n";
                    socket.Send([.. Encoding.ASCII.GetBytes(head), .. new byte[_bodyLength]]);
                    if (last)
                    {
                        return;
                    }
                }
            }
            catch (SocketException)
            {
                // The proxy has been ended.
            }
        }
    }

    /// <summary>The head of the next message; its body is read and forgotten.</summary>
    private static string ReadMessage(Socket socket, bool hasBody)
    {
        byte[] buffer = new byte[128 * 1024];
        int length = 0;
        int end = -1;
        while (end < 0)
        {
            int received = socket.Receive(buffer.AsSpan(length));
            if (received == 0)
            {
                return "";
            }

            length += received;
            end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }

        string head = Encoding.ASCII.GetString(buffer, 0, end);
        int at = head.IndexOf("content-length: ", StringComparison.OrdinalIgnoreCase);
        int body = hasBody && at >= 0 ? int.Parse(head[(at + 16)..].Split('\r')[0], null) : 0;
        for (int left = body - (length - end - 4); left > 0;)
        {
            left -= socket.Receive(buffer);
        }

        return head;
    }
}
