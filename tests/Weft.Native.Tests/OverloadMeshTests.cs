using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>A mesh proxy on the highest step of its ladder: nobody new gets in, and the control plane is heard all the same.</summary>
public sealed class OverloadMeshTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_proxy_that_refuses_takes_new_configuration_on_the_stream_it_has_and_on_a_new_one()
    {
        await using AttackedMesh mesh = await AttackedMesh.StartAsync(descriptors: 256);
        List<TcpClient> clients = [];
        await UpgradeUntilRefusedAsync(mesh, clients);
        await FillAsync(mesh, clients);

        long commit = await mesh.CommitAsync();
        await WhileFullAsync(mesh, clients, ApplyAsync(mesh, commit, "/hello"));

        // The control plane ends and comes back: the proxy needs a new connection to it, for which no client leaves a descriptor.
        commit = await mesh.CommitAsync();
        await WhileFullAsync(mesh, clients, mesh.RestartServerAsync());
        await WhileFullAsync(mesh, clients, ApplyAsync(mesh, commit, "/hello, \"/bytes/*\""));
        Assert.Contains("weft_bugs_total 0\n", await mesh.MetricsAsync(), StringComparison.Ordinal);

        clients.ForEach(static client => client.Dispose());
        await mesh.LevelAsync(static level => level == 0);
        await mesh.ExpectStatusAsync("/hello", 403);
        await mesh.ExpectStatusAsync("/bytes/1", 403);

        // What no policy names still gets to the application, which has no such page.
        await mesh.ExpectStatusAsync("/nothing", 404);
    }

    /// <summary>Applies a policy and waits until the proxy's configuration reflects it.</summary>
    private static async Task ApplyAsync(AttackedMesh mesh, long commit, string paths)
    {
        await mesh.ApplyAsync($$"""
            apiVersion: weft.mesh/v1
            kind: AuthorizationPolicy
            metadata: {name: closed}
            spec:
              targetRef: {kind: Service, name: cart}
              action: DENY
              rules:
              - to: [{paths: [{{paths}}]}]
            """);
        await mesh.NewerCommitAsync(commit);
    }

    /// <summary>Keeps the proxy full until the work is done, which happens within the patience of what it waits for.</summary>
    private static async Task WhileFullAsync(AttackedMesh mesh, List<TcpClient> clients, Task work)
    {
        while (!work.IsCompleted)
        {
            await FillAsync(mesh, clients);
            await Task.WhenAny(work, Task.Delay(100, Stop));
        }

        await work;
        Assert.InRange(await mesh.LevelAsync(), 3, 4);
    }

    /// <summary>
    /// Streams of web's, each with a descriptor of its own to the application, until one is refused: shed, or without a tunnel, since on the steps below the proxy ends those.
    /// </summary>
    private static async Task UpgradeUntilRefusedAsync(AttackedMesh mesh, List<TcpClient> clients)
    {
        string head;
        do
        {
            Assert.True(clients.Count < 400, "400 streams are not refused");
            TcpClient client = new();
            clients.Add(client);
            await client.ConnectAsync(IPAddress.Loopback, mesh.WebPort, Stop);
            await client.GetStream().WriteAsync(
                "GET /socket HTTP/1.1\r\nHost: cart\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"u8.ToArray(), Stop);
            head = await ReadHeadAsync(client);
        }
        while (head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 50", head, StringComparison.Ordinal);
        Assert.InRange(await mesh.LevelAsync(), 2, 4);
    }

    /// <summary>Connections to the tunnel that say nothing, for which there is room until there is none. They are closed after a while, so that others must follow.</summary>
    private static async Task FillAsync(AttackedMesh mesh, List<TcpClient> clients)
    {
        for (int i = 0; await mesh.LevelAsync() < 4; i++)
        {
            Assert.True(i < 100, "100 silent connections do not fill the proxy");
            TcpClient client = new();
            clients.Add(client);
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, mesh.Port, Stop);
            }
            catch (SocketException)
            {
                // Reset before this side has looked: it is full.
            }
        }
    }

    private static async Task<string> ReadHeadAsync(TcpClient client)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await client.GetStream().ReadAsync(one, Stop) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
