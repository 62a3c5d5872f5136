using System.Diagnostics;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>A server of another make: Node, with one port for HTTP/1.1 and one for HTTP/2 in the clear.</summary>
internal sealed class NodeOrigin : IAsyncDisposable
{
    private readonly Process _process;

    private NodeOrigin(Process process, string http1, string http2)
    {
        _process = process;
        Http1 = http1;
        Http2 = http2;
    }

    public string Http1 { get; }

    public string Http2 { get; }

    public static async Task<NodeOrigin> StartAsync()
    {
        Assert.SkipUnless(Programs.Has("node"), "node is not installed");
        Process process = Programs.Start("node", [Script("node-origin.js")]);
        string[]? ports = (await process.StandardOutput.ReadLineAsync())?.Split(' ');
        return ports is [var one, var two]
            ? new NodeOrigin(process, $"127.0.0.1:{one}", $"127.0.0.1:{two}")
            : throw new InvalidOperationException("node did not start: " + await process.StandardError.ReadToEndAsync());
    }

    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, name);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
