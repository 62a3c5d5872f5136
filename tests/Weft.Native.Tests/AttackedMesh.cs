using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Native.Tests;

/// <summary>Two workloads of a mesh on loopback, web and cart, of which the second's tunnel is attacked: from outside, and by who has an identity of the mesh.</summary>
internal sealed class AttackedMesh : Victim
{
    private readonly Origin _origin;
    private readonly LoopbackMesh _mesh;

    private AttackedMesh(Origin origin, LoopbackMesh mesh, MeshProxy cart, Uri hello)
        : base(cart.Process.Id, cart.AdminPort, hello)
    {
        _origin = origin;
        _mesh = mesh;
        Port = cart.TunnelPort;
    }

    /// <summary>Of cart's tunnel, on 127.0.0.1.</summary>
    public int Port { get; }

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

    public static async Task<AttackedMesh> StartAsync()
    {
        Origin origin = await Origin.StartAsync();
        LoopbackMesh mesh = await LoopbackMesh.StartAsync();
        MeshProxy cart = await mesh.StartProxyAsync("cart-1", "--port", $"8080={origin.Http1}:http1");
        int port = Programs.FreePort();
        await mesh.StartProxyAsync("web-1", "--to", string.Create(CultureInfo.InvariantCulture, $"cart:8080=127.0.0.1:{port}"));
        AttackedMesh attacked = new(origin, mesh, cart, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/hello")));
        await attacked.ExpectServedAsync();
        return attacked;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _mesh.DisposeAsync();
        await _origin.DisposeAsync();
    }
}
