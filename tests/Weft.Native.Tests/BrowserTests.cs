using System.Diagnostics;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>
/// Chromium with two relays and mutual TLS between it and its server: fetch (also 150 at once, 5 MB, abandoned half-way), cookies, server-sent events, and
/// WebSockets of every size with their closing words. Where only HTTP/2 is offered its WebSockets are extended CONNECT.
/// </summary>
public sealed class BrowserTests
{
    [Theory]
    [InlineData("http1", "http1")]
    [InlineData("http1", "http2")]
    [InlineData("http2", "http1")]
    [InlineData("http2", "http2")]
    public async Task Everything_that_a_page_does_passes(string spoken, string origin)
    {
        Assert.SkipUnless(Programs.Has("chromium"), "chromium is not installed");
        await using Interop server = await Interop.StartAsync("browser-origin.js");
        TestCertificates c = TestCertificates.Shared;
        string[] tls = spoken == "http2" ? ["--listen-cert", c.Path("b.pem"), "--listen-key", c.Path("b.key")] : [];
        (Relay near, Relay far) = await Relay.StartPairAsync(server.Addresses[origin == "http2" ? 1 : 0], ["--listen-protocol", spoken, .. tls]);
        await using Relay one = near;
        await using Relay two = far;
        string profile = Directory.CreateTempSubdirectory("weft-chromium-").FullName;
        using Process browser = Programs.Start("chromium", [.. Flags, "--user-data-dir=" + profile, $"{(tls.Length > 0 ? "https" : "http")}://localhost:{near.Port}/"]);
        browser.OutputDataReceived += static (_, _) => { };
        browser.ErrorDataReceived += static (_, _) => { };
        browser.BeginOutputReadLine();
        browser.BeginErrorReadLine();
        try
        {
            Assert.Equal(
                $"{(spoken == "http2" ? "h2" : "http/1.1")}: get, post, cookies, many, big, abort, events, websocket, websocket close, websocket large, websocket many",
                await server.ReadLineAsync());
        }
        finally
        {
            browser.Kill(entireProcessTree: true);
            await browser.WaitForExitAsync(CancellationToken.None);
            await DeleteAsync(profile);
        }
    }

    /// <summary>It asks nobody but the page: no updates, no services of its maker.</summary>
    private static string[] Flags =>
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--ignore-certificate-errors",
    ];

    /// <summary>Helpers of the browser may write for a moment longer than it lives.</summary>
    private static async Task DeleteAsync(string folder)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < 50)
            {
                await Task.Delay(100);
            }
        }
    }
}
