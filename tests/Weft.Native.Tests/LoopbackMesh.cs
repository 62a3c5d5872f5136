using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Weft.Contracts.Api;

namespace Weft.Native.Tests;

/// <summary>A mesh of the built programs on loopback: a control plane, and proxies with explicit ports. Everything ends with it.</summary>
internal sealed partial class LoopbackMesh : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("weft-mesh-").FullName;
    private readonly List<Process> _started = [];
    private readonly int _grpc = Programs.FreePort();
    private readonly int _api = Programs.FreePort();
    private readonly string[] _serverOptions;
    private Process? _server;

    private LoopbackMesh(string[] serverOptions) => _serverOptions = serverOptions;

    /// <summary>Where proxies find the control plane.</summary>
    public int ControlPort => _grpc;

    /// <summary>Where a workload's proxy keeps its state.</summary>
    public string StateOf(string workload) => Path.Combine(_directory, workload);

    private string Socket => Path.Combine(_directory, "cp", "weft.sock");

    public static async Task<LoopbackMesh> StartAsync(params string[] serverOptions)
    {
        LoopbackMesh mesh = new(serverOptions);
        await mesh.StartServerAsync();
        return mesh;
    }

    /// <summary>Starts the control plane, also anew where an earlier one ended.</summary>
    /// <param name="more">Options of this run only.</param>
    public async Task StartServerAsync(params string[] more)
    {
        _server = Start(
            Programs.Server,
            ["--data", Path.Combine(_directory, "cp"), "--listen", Loopback(_grpc), "--api", Loopback(_api), .. _serverOptions, .. more]);
        await WaitForLineAsync(_server, "weft server ready");
    }

    /// <summary>Ends the control plane as a power cut would.</summary>
    public async Task KillServerAsync()
    {
        _server!.Kill();
        await _server.WaitForExitAsync();
    }

    /// <summary>Ends the control plane as an administrator would: it writes what it has.</summary>
    public async Task StopServerAsync()
    {
        Terminate(_server!);
        await _server!.WaitForExitAsync();
    }

    public async Task<string> IssueTokenAsync(string service)
    {
        using HttpClient api = Api();
        using HttpResponseMessage answer = await api.PostAsJsonAsync("/v1/tokens", new TokenRequest("shop", service), ApiJson.Default.TokenRequest);
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.TokenResult))!.Token;
    }

    public async Task<MeshStatus> StatusAsync()
    {
        using HttpClient api = Api();
        return (await api.GetFromJsonAsync("/v1/status", ApiJson.Default.MeshStatus))!;
    }

    /// <summary>Commits resources of the namespace that all workloads are in.</summary>
    public async Task ApplyAsync(string yaml)
    {
        using HttpClient api = Api();
        CommitRequest commit = new() { Documents = [new SourceDocument("test.yaml", yaml)], Namespace = "shop" };
        using HttpResponseMessage answer = await api.PostAsJsonAsync("/v1/commits", commit, ApiJson.Default.CommitRequest);
        string told = await answer.Content.ReadAsStringAsync();
        Xunit.Assert.True(answer.IsSuccessStatusCode, told);
    }

    /// <summary>Starts the proxy of a workload and waits until it is ready.</summary>
    /// <param name="workload">Name of the workload; a number after the last hyphen is not part of the service's name.</param>
    /// <param name="options">Options beside the identity and the listeners.</param>
    public async Task<MeshProxy> StartProxyAsync(string workload, params string[] options)
    {
        MeshProxy proxy = new(workload, Programs.FreePort(), Programs.FreePort(), options);
        await StartAsync(proxy, await IssueTokenAsync(proxy.Service));
        return proxy;
    }

    /// <summary>The same, with so many descriptors that the system grants; 0 for as many as usual.</summary>
    public async Task<MeshProxy> StartProxyWithDescriptorsAsync(string workload, int descriptors, params string[] options)
    {
        MeshProxy proxy = new(workload, Programs.FreePort(), Programs.FreePort(), options) { Descriptors = descriptors };
        await StartAsync(proxy, await IssueTokenAsync(proxy.Service));
        return proxy;
    }

    /// <summary>The same, with the control plane behind another port.</summary>
    public async Task<MeshProxy> StartProxyAsync(string workload, int controlPort, params string[] options)
    {
        MeshProxy proxy = new(workload, Programs.FreePort(), Programs.FreePort(), options) { ControlPort = controlPort };
        await StartAsync(proxy, await IssueTokenAsync(proxy.Service));
        return proxy;
    }

    /// <summary>Runs the built <c>weft</c> against this control plane.</summary>
    public async Task<(int Code, string Output, string Errors)> WeftAsync(string commandLine)
    {
        ProcessStartInfo start = new(Programs.Weft, commandLine.Split(' ')) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["XDG_CONFIG_HOME"] = _directory;
        start.Environment["WEFT_SOCKET"] = Socket;
        using Process process = Process.Start(start)!;
        CancellationToken stop = Xunit.TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(stop);
        Task<string> errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a proxy that is expected to end by itself; its exit code and log.</summary>
    public async Task<(int Code, string Log)> TryJoinAsync(string service, string token)
    {
        MeshProxy proxy = new(service, Programs.FreePort(), Programs.FreePort(), []);
        Process process = Start(Programs.Proxy, [.. Arguments(proxy), "--join-token-stdin"], input: true);
        await process.StandardInput.WriteLineAsync(token);
        process.StandardInput.Close();
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        string log = await process.StandardError.ReadToEndAsync(late.Token);
        await process.WaitForExitAsync(late.Token);
        return (process.ExitCode, log);
    }

    /// <summary>Starts a proxy that has ended again, from what it left on disk.</summary>
    public Task RestartAsync(MeshProxy proxy) => StartAsync(proxy, token: null);

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _started)
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    internal static void Terminate(Process process) => SendSignal(process.Id, 15);

    private static string Loopback(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private async Task StartAsync(MeshProxy proxy, string? token)
    {
        List<string> arguments = Arguments(proxy);
        if (token is not null)
        {
            arguments.Add("--join-token-stdin");
        }

        proxy.Process = proxy.Descriptors == 0
            ? Start(Programs.Proxy, arguments, token is not null)
            : Start("prlimit", [$"--nofile={proxy.Descriptors}", Programs.Proxy, .. arguments], token is not null);
        if (token is not null)
        {
            await proxy.Process.StandardInput.WriteLineAsync(token);
            proxy.Process.StandardInput.Close();
        }

        await WaitForLineAsync(proxy.Process, "weft-proxy ready");
    }

    private List<string> Arguments(MeshProxy proxy) =>
    [
        "run", "--control", Loopback(proxy.ControlPort ?? _grpc), "--namespace", "shop", "--service", proxy.Service, "--workload", proxy.Workload, "--address", "127.0.0.1",
        "--state", StateOf(proxy.Workload), "--capture", "explicit", "--tunnel", Loopback(proxy.TunnelPort), "--admin", Loopback(proxy.AdminPort),
        .. proxy.Options,
    ];

    private Process Start(string program, IEnumerable<string> arguments, bool input = false)
    {
        Process process = Programs.Start(program, arguments, input);
        _started.Add(process);
        return process;
    }

    private static async Task WaitForLineAsync(Process process, string start)
    {
        // The log is read all the time: a full pipe would stop the program.
        Queue<string> log = new();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
            {
                log.Enqueue(line.Data ?? "");
                if (log.Count > 20)
                {
                    log.Dequeue();
                }
            }
        };
        process.BeginErrorReadLine();
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (await process.StandardOutput.ReadLineAsync(late.Token) is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return;
            }
        }

        lock (log)
        {
            throw new InvalidOperationException($"no line \"{start}\": " + string.Join('\n', log));
        }
    }

    /// <summary>The API, over its socket.</summary>
    public HttpClient Api() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            System.Net.Sockets.Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://weft"),
    };

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}

/// <summary>A workload's proxy in a <see cref="LoopbackMesh"/>.</summary>
internal sealed class MeshProxy(string workload, int tunnelPort, int adminPort, string[] options)
{
    public string Workload => workload;

    public string Service { get; } = workload.Contains('-', StringComparison.Ordinal) ? workload[..workload.LastIndexOf('-')] : workload;

    public int TunnelPort => tunnelPort;

    public int AdminPort => adminPort;

    public IReadOnlyList<string> Options => options;

    /// <summary>Where it looks for the control plane; null: where that is.</summary>
    public int? ControlPort { get; init; }

    /// <summary>How many the system grants; 0 for as many as usual.</summary>
    public int Descriptors { get; init; }

    public Process Process { get; set; } = null!;

    /// <summary>A page of the admin listener.</summary>
    public async Task<string> AdminAsync(string path)
    {
        using HttpClient http = new();
        return await http.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{adminPort}{path}")));
    }

    /// <summary>The sum of a metric's samples that carry all the labels, written as on the page.</summary>
    public async Task<double> MetricAsync(string name, params string[] labels) =>
        (await AdminAsync("/metrics")).Split('\n')
            .Where(line => (line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
                && labels.All(label => line.Contains(label, StringComparison.Ordinal)))
            .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    /// <summary>Asks for a graceful end and waits for it.</summary>
    public async Task<int> StopAsync()
    {
        LoopbackMesh.Terminate(Process);
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(40));
        await Process.WaitForExitAsync(late.Token);
        return Process.ExitCode;
    }
}
