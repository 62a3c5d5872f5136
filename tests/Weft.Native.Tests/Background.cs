using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>A server of another make that runs while a test does, ready when made.</summary>
internal sealed class Background : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string? _file;
    private string? _folder;

    private Background(Process process, string? file)
    {
        _process = process;
        _file = file;
    }

    /// <summary>Starts the program and waits until something listens on the port.</summary>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="program">Its name in the search path.</param>
    /// <param name="arguments">"{config}" stands for a file with the configuration.</param>
    /// <param name="config">The configuration, or null for none.</param>
    public static async Task<Background> StartAsync(int port, string program, string[] arguments, string? config = null)
    {
        string? file = null;
        if (config is not null)
        {
            file = Path.GetTempFileName();
            await File.WriteAllTextAsync(file, config, TestContext.Current.CancellationToken);
        }

        Process process = Programs.Start(program, arguments.Select(argument => argument.Replace("{config}", file, StringComparison.Ordinal)));
        Background made = new(process, file);
        long start = Stopwatch.GetTimestamp();
        while (!await IsListeningAsync(port))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(20))
            {
                string errors = process.HasExited ? await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken) : "it does not listen";
                await made.DisposeAsync();
                throw new InvalidOperationException($"{program}: {errors}");
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return made;
    }

    /// <summary>Starts nginx with one server.</summary>
    /// <param name="port">On 127.0.0.1, where the server listens.</param>
    /// <param name="http">What stands in its block "http".</param>
    public static async Task<Background> StartNginxAsync(int port, string http)
    {
        string folder = Directory.CreateTempSubdirectory("weft-nginx-").FullName;
        Background made = await StartAsync(
            port,
            "nginx",
            ["-c", "{config}", "-p", folder, "-e", "stderr"],
            $$"""
            daemon off; master_process off; pid {{folder}}/pid; error_log /dev/null; events {}
            http {
              access_log off; client_body_temp_path {{folder}}; proxy_temp_path {{folder}}; fastcgi_temp_path {{folder}}; uwsgi_temp_path {{folder}}; scgi_temp_path {{folder}};
              {{http}}
            }
            """);
        made._folder = folder;
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        if (_file is not null)
        {
            File.Delete(_file);
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        using TcpClient probe = new();
        try
        {
            await probe.ConnectAsync(System.Net.IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
