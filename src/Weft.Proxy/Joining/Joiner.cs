using Weft.Identity;
using Weft.Proxy.Discovery;
using Weft.Proxy.Engine;
using Weft.Proxy.Rpc;
using Weft.Proxy.Security;
using Weft.Proxy.State;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Joining;

/// <summary>Joins the mesh with a one-time token: finds the root that the token names, then asks for the first certificate.</summary>
internal sealed class Joiner(EventLoop loop, SocketFactory sockets, RunSettings settings, CertificateSigner signer)
{
    private const int PauseFirstMs = 100;
    private const int PauseMostMs = 2_000;

    private readonly LoopDelay _pause = new(loop);
    private string _lastFault = "";

    /// <summary>Tries until it worked or the control plane refused.</summary>
    /// <returns>The identity, or null and the refusal.</returns>
    public async ValueTask<(SavedIdentity? Identity, string Refusal)> JoinAsync(JoinToken token)
    {
        Backoff backoff = new(PauseFirstMs, PauseMostMs, Random.Shared);
        while (true)
        {
            (FoundRoot? root, string fault) = await RootFinder.FindAsync(loop, sockets, settings.Control, token.Root);
            if (root is not null)
            {
                (SavedIdentity? identity, GrpcStatus status) = await SignAsync(root, token);
                if (identity is not null || status.IsRefusal)
                {
                    return (identity, status.Message);
                }

                fault = status.Message;
            }

            // One line per kind of failure, not one per attempt.
            if (fault != _lastFault)
            {
                _lastFault = fault;
                ProxyLog.Warn($"joining: {fault}; trying again");
            }

            await _pause.Wait(backoff.NextMs());
        }
    }

    private async ValueTask<(SavedIdentity? Identity, GrpcStatus Status)> SignAsync(FoundRoot root, JoinToken token)
    {
        using TlsContext context = new(new TlsSettings { IsServer = false, TrustPem = SavedIdentity.ToPem([root.Der]), Alpn = ["h2"] });
        string expected = WellKnownIdentities.ControlPlane(root.TrustDomain).ToString();
        ControlPlaneServer server = new(loop, sockets, settings.Control, () => context, expected);
        (SavedIdentity?, GrpcStatus) signed = await signer.SignAsync(server, token.Reveal());
        server.Close();
        return signed;
    }
}
