using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Native.Tests;

/// <summary>Two workloads of a mesh on loopback, web and cart, of which the second's tunnel is attacked: from outside, and by who has an identity of the mesh.</summary>
internal sealed class AttackedMesh : Victim
{
    private readonly Origin _origin;
    private readonly LoopbackMesh _mesh;
    private readonly Uri _hello;

    private AttackedMesh(Origin origin, LoopbackMesh mesh, MeshProxy cart, Uri hello)
        : base(cart.Process.Id, cart.AdminPort, hello)
    {
        _origin = origin;
        _mesh = mesh;
        _hello = hello;
        Port = cart.TunnelPort;
        WebPort = hello.Port;
    }

    /// <summary>Of cart's tunnel, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Where web's proxy listens for cart, on 127.0.0.1.</summary>
    public int WebPort { get; }

    /// <summary>What web proves itself with: its own certificate first, then those of its issuers.</summary>
    public X509Certificate2Collection Identity
    {
        get
        {
            string file = Path.Combine(_mesh.StateOf("web-1"), "identity.pem");
            X509Certificate2Collection chain = [];
            chain.ImportFromPemFile(file);
            chain[0] = X509Certificate2.CreateFromPemFile(file, file);
            return chain;
        }
    }

    /// <param name="descriptors">Descriptors that the system grants cart's proxy; 0 for as many as usual.</param>
    public static async Task<AttackedMesh> StartAsync(int descriptors = 0)
    {
        Origin origin = await Origin.StartAsync();
        LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        MeshProxy cart = await mesh.StartProxyWithDescriptorsAsync("cart-1", descriptors, "--port", $"8080={origin.Http1}:http1");
        int port = Programs.FreePort();
        await mesh.StartProxyAsync("web-1", "--to", string.Create(CultureInfo.InvariantCulture, $"cart:8080=127.0.0.1:{port}"));
        AttackedMesh attacked = new(origin, mesh, cart, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/hello")));
        await attacked.ExpectServedAsync();
        return attacked;
    }

    /// <summary>Commits resources.</summary>
    public Task ApplyAsync(string yaml) => _mesh.ApplyAsync(yaml);

    /// <summary>Ends the control plane, and starts it again with what it wrote: proxies have to find it anew.</summary>
    public async Task RestartServerAsync()
    {
        await _mesh.StopServerAsync();
        await _mesh.StartServerAsync();
    }

    /// <summary>The newest commit that cart's configuration reflects.</summary>
    public async Task<long> CommitAsync() => await SampleAsync("weft_config_commit") ?? -1;

    /// <summary>Waits until cart's configuration reflects a newer commit than this one.</summary>
    public Task NewerCommitAsync(long commit)
        => BecomesAsync(async () => await CommitAsync() > commit, async () => $"the configuration still reflects commit {await CommitAsync()}, no newer one than {commit}");

    /// <summary>Waits until a good client gets an answer with this status for a path.</summary>
    public Task ExpectStatusAsync(string path, int status)
        => BecomesAsync(async () => await StatusAsync(path) == status, async () => $"a good client gets {await StatusAsync(path)} for {path}, not {status}");

    /// <summary>The status that a good client gets on a connection of its own; 0 for none.</summary>
    private async Task<int> StatusAsync(string path)
    {
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri(_hello, path), Xunit.TestContext.Current.CancellationToken);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _mesh.DisposeAsync();
        await _origin.DisposeAsync();
    }
}
