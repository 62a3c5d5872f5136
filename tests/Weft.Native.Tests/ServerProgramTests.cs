using System.Text.RegularExpressions;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>What of the built server depends on how it was built.</summary>
public sealed class ServerProgramTests
{
    /// <summary>The preface of HTTP/2, empty SETTINGS and a GOAWAY, after which the server ends the connection (RFC 9113 sections 3.4 and 6.8).</summary>
    private const string Farewell = @"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\04\0\0\0\0\0\0\0\010\07\0\0\0\0\0\0\0\0\0\0\0\0\0";

    /// <summary>
    /// Saving memory at TLS connections at rest reaches for private parts of the runtime, which a compiler that removes what it sees no use of could remove.
    /// Then nobody would get a ticket; where it works, the first connection of a context gets some before the context is told, and no other does.
    /// </summary>
    [Fact]
    public async Task The_built_server_still_reaches_OpenSSL_behind_its_streams()
    {
        await using ControlPlane plane = await ControlPlane.StartAsync();
        Assert.True(await GetsTicketAsync(plane.MeshPort));
        Assert.False(await GetsTicketAsync(plane.MeshPort));
    }

    /// <summary>Nothing of .NET need be on the machine where the server runs.</summary>
    [Fact]
    public async Task The_built_server_needs_no_runtime()
    {
        (int code, string output, string errors) = await Programs.RunAsync("env", "-i", "DOTNET_ROOT=/nowhere", Programs.Server, "--help");
        Assert.True(code == 0, errors);
        Assert.Contains("--listen", output, StringComparison.Ordinal);
    }

    private static async Task<bool> GetsTicketAsync(int port)
    {
        (_, string output, string errors) = await Programs.RunAsync(
            "sh", "-c", $"printf '{Farewell}' | openssl s_client -ign_eof -tls1_3 -alpn h2 -connect 127.0.0.1:{port}");
        Assert.Matches(new Regex("ALPN protocol: h2"), output + errors);
        return output.Contains("New Session Ticket arrived", StringComparison.Ordinal);
    }
}
