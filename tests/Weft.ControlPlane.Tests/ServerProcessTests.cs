using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Weft.Contracts;
using Weft.Contracts.Api;
using Weft.ControlPlane.Tests.Api;
using Weft.ControlPlane.Tests.Support;
using Xunit;

namespace Weft.ControlPlane.Tests;

public sealed partial class ServerProcessTests : IDisposable
{
    private const int SigTerm = 15;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_says_where_it_listens_and_stops_on_sigterm_within_five_seconds()
    {
        (ServerProcess server, string ready) = await ServerProcess.StartReadyAsync(_folder.File("data"));
        using (server)
        {
            Assert.Matches(@"^weft server ready grpc=127\.0\.0\.1:\d+ api=127\.0\.0\.1:\d+ socket=\S+/weft\.sock trust-domain=weft\.local page=https://127\.0\.0\.1:\d+$", ready);
            Assert.DoesNotContain("=127.0.0.1:0 ", ready, StringComparison.Ordinal);
            using HttpClient client = ServerProcess.Client(_folder.File("data"));
            Task<HttpResponseMessage> waiting = client.GetAsync("/v1/commits/1/rollout?wait=60", TestContext.Current.CancellationToken);
            Stopwatch clock = Stopwatch.StartNew();
            Assert.Equal(0, Kill(server.Process.Id, SigTerm));
            Assert.Equal(ServerExit.Ok, await server.ExitCodeAsync());
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
            await Task.WhenAny(waiting);
        }
    }

    /// <summary>The whole way once: a token from the API, a proxy that joins, a service known by it alone, a commit that reaches it, and an end on SIGTERM
    /// while its streams are open.</summary>
    [Fact]
    public async Task A_commit_reaches_a_joined_proxy_and_open_streams_do_not_hold_up_the_end()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (ServerProcess server, string ready) = await ServerProcess.StartReadyAsync(_folder.File("data"));
        using (server)
        {
            using HttpClient client = ServerProcess.Client(_folder.File("data"));
            using StringContent request = new("{\"namespace\":\"shop\",\"service\":\"cart\"}", Encoding.UTF8, "application/json");
            TokenResult token = await ServerProcess.ReadAsync(await client.PostAsync("/v1/tokens", request, stop), ApiJson.Default.TokenResult);
            await using ScriptedProxy proxy = new(IPEndPoint.Parse(ready.Split("grpc=")[1].Split(' ')[0]), "shop", "cart", "cart-1");
            await proxy.JoinAsync(token.Token);
            await proxy.HelloAsync();
            var discovery = proxy.OpenDelta();
            await discovery.SubscribeAsync(proxy.Node(), TypeUrls.RouteSet, "shop/cart");
            CommitResult commit = await PostAsync(client, Yaml.Route("cart", "cart"));
            string wait = string.Create(CultureInfo.InvariantCulture, $"/v1/commits/{commit.Commit}/rollout?wait=20");
            Task<HttpResponseMessage> rollout = client.GetAsync(wait, stop);
            while ((await discovery.TakeAsync()).Resources.Count == 0)
            {
                // Not there yet; the reader's own patience ends a wait that would never end.
            }

            RolloutStatus status = await ServerProcess.ReadAsync(await rollout, ApiJson.Default.RolloutStatus);
            Assert.Equal((true, 1, 1), (status.Done, status.Affected, status.Current));
            Stopwatch clock = Stopwatch.StartNew();
            Assert.Equal(0, Kill(server.Process.Id, SigTerm));
            Assert.Equal(ServerExit.Ok, await server.ExitCodeAsync());
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Promise P13: what was acknowledged is there after kill -9, what was not is there whole or not at all.</summary>
    [Fact]
    public async Task An_acknowledged_commit_survives_kill_9()
    {
        string data = _folder.File("data");
        int acknowledged = 0;
        (ServerProcess server, _) = await ServerProcess.StartReadyAsync(data);
        using (server)
        using (HttpClient client = ServerProcess.Client(data))
        {
            TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task writing = Task.Run(async () =>
            {
                for (int i = 1; ; i++)
                {
                    CommitResult result = await PostAsync(client, Yaml.Service($"a{i}") + "---\n" + Yaml.Service($"b{i}"));
                    acknowledged = (int)result.Commit;
                    if (i == 15)
                    {
                        enough.SetResult();
                    }
                }
            });
            await Task.WhenAny(enough.Task, writing);
            server.Process.Kill();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => writing);
        }

        Assert.True(acknowledged >= 15);
        (ServerProcess again, _) = await ServerProcess.StartReadyAsync(data);
        using (again)
        using (HttpClient client = ServerProcess.Client(data))
        {
            CancellationToken stop = TestContext.Current.CancellationToken;
            HealthItem health = await ServerProcess.ReadAsync(await client.GetAsync("/v1/health", stop), ApiJson.Default.HealthItem);
            Assert.InRange(health.Commit, acknowledged, acknowledged + 1);
            ResourceList list = await ServerProcess.ReadAsync(await client.GetAsync("/v1/resources?kind=Service", stop), ApiJson.Default.ResourceList);
            Assert.Equal(health.Commit * 2, list.Items.Count);
            IReadOnlyList<AuditItem> audit = await ServerProcess.ReadAsync(
                await client.GetAsync("/v1/audit?limit=1000", stop),
                ApiJson.Default.IReadOnlyListAuditItem);
            Assert.Equal(health.Commit, audit.Count(item => item.Action == "commit.apply"));
            Assert.Equal(health.Commit + 1, (await PostAsync(client, Yaml.Service("next"))).Commit);
        }
    }

    [Fact]
    public async Task A_wrong_option_is_exit_code_64()
    {
        using ServerProcess server = ServerProcess.Start("--prot", "1");
        Assert.Equal(ServerExit.Usage, await server.ExitCodeAsync());
        Assert.Contains("--prot", server.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--listen", "--api")]
    [InlineData("--api", "--listen")]
    public async Task An_address_of_another_machine_is_exit_code_70_and_named(string option, string other)
    {
        // 192.0.2.0/24 is for documentation only (RFC 5737): no machine has it.
        using ServerProcess server = ServerProcess.Start("--data", _folder.File("data"), option, "192.0.2.1:15010", other, "127.0.0.1:0");
        Assert.Equal(ServerExit.CannotStart, await server.ExitCodeAsync());
        Assert.Contains("192.0.2.1:15010", server.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_exit_code_70_and_names_the_address()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        foreach (string option in (string[])["--api", "--listen"])
        {
            string other = option == "--api" ? "--listen" : "--api";
            using ServerProcess server = ServerProcess.Start("--data", _folder.File("data"), option, taken.LocalEndPoint!.ToString()!, other, "127.0.0.1:0");
            Assert.Equal(ServerExit.CannotStart, await server.ExitCodeAsync());
            Assert.Contains(taken.LocalEndPoint.ToString()!, server.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_damaged_store_is_exit_code_65()
    {
        Directory.CreateDirectory(_folder.File("data"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(_folder.File("data"), "weft.db"), new string('x', 8192), TestContext.Current.CancellationToken);
        using ServerProcess server = ServerProcess.Start("--data", _folder.File("data"), "--listen", "127.0.0.1:0", "--api", "127.0.0.1:0");
        Assert.Equal(ServerExit.BadData, await server.ExitCodeAsync());
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_is_refused()
    {
        (ServerProcess first, _) = await ServerProcess.StartReadyAsync(_folder.File("data"));
        using (first)
        using (ServerProcess second = ServerProcess.Start("--data", _folder.File("data"), "--listen", "127.0.0.1:0", "--api", "127.0.0.1:0"))
        {
            Assert.Equal(ServerExit.CannotStart, await second.ExitCodeAsync());
            Assert.Contains("other server", second.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_exit_code_70()
    {
        await File.WriteAllTextAsync(_folder.File("file"), "", TestContext.Current.CancellationToken);
        using ServerProcess server = ServerProcess.Start("--data", _folder.File("file/data"));
        Assert.Equal(ServerExit.CannotStart, await server.ExitCodeAsync());
    }

    private static async Task<CommitResult> PostAsync(HttpClient client, string yaml)
    {
        using StringContent body = new(TestApi.Body(yaml), Encoding.UTF8, "application/json");
        return await ServerProcess.ReadAsync(await client.PostAsync("/v1/commits", body, TestContext.Current.CancellationToken), ApiJson.Default.CommitResult);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
