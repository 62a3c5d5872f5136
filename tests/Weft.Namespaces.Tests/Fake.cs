using System.Diagnostics;
using Weft.Cli.Host;
using Xunit;

namespace Weft.Namespaces.Tests;

/// <summary>The scripts beside the tests, as processes.</summary>
internal static class Fake
{
    public static string Proxy => PathOf("weft-proxy.py");

    public static string Weft => Path.Combine(AppContext.BaseDirectory, "weft");

    public static string PathOf(string script) => Path.Combine(AppContext.BaseDirectory, "Fakes", script);

    /// <summary>Starts a script inside a namespace and waits for its first line, which says that it is ready.</summary>
    public static async Task<Process> StartAsync(TestHost host, NetworkNamespace netns, string script, params string[] arguments)
    {
        Process process = ChildProcess.Start(netns.Wrap(["python3", PathOf(script), .. arguments]), host.Context.Run, pipes: true);
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(TestHost.Cancel));
        return process;
    }

    /// <summary>Ends <c>calls.py</c> and returns how many calls it made and how many failed.</summary>
    public static async Task<(int Sent, int Failed)> FinishCallsAsync(Process calls)
    {
        calls.StandardInput.Close();
        string[] words = (await calls.StandardOutput.ReadLineAsync(TestHost.Cancel))!.Split(' ');
        return (int.Parse(words[0], null), int.Parse(words[1], null));
    }

    public static async Task EventuallyAsync(Func<bool> condition)
    {
        for (long end = Environment.TickCount64 + 20_000; !condition();)
        {
            Assert.True(Environment.TickCount64 < end, "it did not come true within 20 s");
            await Task.Delay(20, TestHost.Cancel);
        }
    }
}
