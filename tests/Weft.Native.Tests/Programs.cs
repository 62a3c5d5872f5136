using System.Diagnostics;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Finds and runs the built programs and other people's.</summary>
internal static class Programs
{
    /// <summary>Set by ./weft and ./test; else the place where they build to.</summary>
    public static string Proxy { get; } = Find("weft-proxy");

    /// <summary>The control plane, <c>weft server</c>.</summary>
    public static string Server => Find("server/weft-server");

    /// <summary>The command line.</summary>
    public static string Weft => Find("weft");

    /// <summary>Where ./test puts packages of Node.</summary>
    public static string NodeModules => Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Proxy))!, "interop", "node_modules");

    /// <summary>Whether somebody else's program is installed.</summary>
    public static bool Has(string program)
        => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs to the end; fails the test when it takes longer than a minute.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(TimeSpan.FromMinutes(1));
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end");
        }

        return (process.ExitCode, await output, await errors);
    }

    public static Process Start(string program, IEnumerable<string> arguments, bool input = false)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = input };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>
    /// Puts a copy of a program there, under a name that nobody has open. Another process copies: a child that this one starts meanwhile for another test
    /// would for a moment hold a file that it writes, and nobody can start a program that is being written.
    /// </summary>
    public static async Task PlaceAsync(string source, string target)
    {
        (int code, _, string errors) = await RunAsync("cp", "--remove-destination", source, target);
        Assert.True(code == 0, errors);
    }

    /// <summary>A port that nobody had a moment ago, below those that the kernel gives to connections: under load it would give the port away before it is used.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using System.Net.Sockets.TcpListener listener = new(System.Net.IPAddress.Loopback, Random.Shared.Next(20_000, 32_000));
            try
            {
                listener.Start();
                return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Taken: another.
            }
        }
    }

    private static string Find(string name)
    {
        string? home = Environment.GetEnvironmentVariable("WEFT_HOME");
        for (DirectoryInfo? at = new(home ?? AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "artifacts", "bin-weft", name);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new FileNotFoundException($"{name} is not built: run ./test, or ./weft version, first");
    }
}
