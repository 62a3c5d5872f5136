using Weft.Identity;
using Weft.Proxy.Discovery;
using Weft.Proxy.Engine;
using Weft.Proxy.Rpc;
using Weft.Proxy.Security;
using Weft.Proxy.State;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Joining;

/// <summary>
/// Holds the workload's identity: adopts it, renews it in time, follows changes of the trust bundle and keeps it on disk. Workers read
/// <see cref="Svid"/> at each new handshake; everything else is the control thread's.
/// </summary>
internal sealed class IdentityKeeper
{
    /// <summary>Clocks can jump: the plan is looked at again at least this often.</summary>
    private const int LookMs = 60_000;

    private const int LeastMs = 1_000;

    private readonly TimeProvider _clock;
    private readonly StateDirectory _state;
    private readonly CertificateSigner _signer;
    private readonly LoopDelay _pause;
    private readonly Backoff _backoff = new(firstMs: 1_000, mostMs: 300_000, Random.Shared);
    private SavedIdentity? _identity;
    private DateTimeOffset _dueAt;
    private bool _stopped;

    public IdentityKeeper(EventLoop loop, TimeProvider clock, StateDirectory state, CertificateSigner signer)
    {
        _clock = clock;
        _state = state;
        _signer = signer;
        _pause = new LoopDelay(loop);
    }

    /// <summary>The identity in force; null before joining.</summary>
    public SavedIdentity? Identity => _identity;

    /// <summary>The same as TLS contexts, for every loop.</summary>
    public SvidContexts Svid { get; } = new();

    /// <summary>Takes an identity into force.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="save">It is new: its life begins now, and it goes to disk.</param>
    /// <exception cref="TlsConfigurationException">OpenSSL cannot use it.</exception>
    public void Adopt(SavedIdentity identity, bool save)
    {
        Svid.Publish(identity.ChainPem, identity.KeyPem, identity.RootsPem);
        _identity = identity;

        // Authorities date certificates back a little for clocks that are behind: the life of a new one begins now.
        DateTimeOffset now = _clock.GetUtcNow();
        DateTimeOffset start = save && identity.NotBefore < now ? now : identity.NotBefore;
        _dueAt = RenewalPlan.DueAt(start, identity.NotAfter, Random.Shared.NextDouble());
        if (save)
        {
            Save(identity);
        }
    }

    /// <summary>The trust bundle that the control plane sent: from now on handshakes trust these roots and no others.</summary>
    public void TrustRoots(IReadOnlyList<byte[]> roots)
    {
        string pem = SavedIdentity.ToPem(roots);
        if (Identity is not { } identity || roots.Count == 0 || pem == identity.RootsPem)
        {
            return;
        }

        try
        {
            DateTimeOffset dueAt = _dueAt;
            Adopt(identity with { RootsPem = pem }, save: true);
            _dueAt = dueAt;
            ProxyLog.Info($"the trust bundle has changed: {roots.Count} roots");
        }
        catch (TlsConfigurationException wrong)
        {
            ProxyLog.Error($"the trust bundle from the control plane cannot be used: {wrong.Message}; keeping the old one");
        }
    }

    /// <summary>Renews when it is due, until <see cref="Stop"/>.</summary>
    public async Task RunAsync(IGrpcServer server)
    {
        while (!_stopped)
        {
            double waitMs = (_dueAt - _clock.GetUtcNow()).TotalMilliseconds;
            if (waitMs > 0)
            {
                await _pause.Wait((long)Math.Min(waitMs + 1, LookMs));
            }
            else if (await RenewAsync(server))
            {
                // However short the life: no more than one a second.
                await _pause.Wait(LeastMs);
            }
            else if (!_stopped)
            {
                await _pause.Wait(_backoff.NextMs());
            }
        }
    }

    /// <summary>Makes the renewal due now.</summary>
    public void RenewNow()
    {
        _dueAt = _clock.GetUtcNow();
        _pause.Cut();
    }

    public void Stop()
    {
        _stopped = true;
        _pause.Cut();
    }

    private async ValueTask<bool> RenewAsync(IGrpcServer server)
    {
        (SavedIdentity? renewed, GrpcStatus status) = await _signer.SignAsync(server, joinToken: "");
        try
        {
            if (renewed is not null)
            {
                Adopt(renewed, save: true);
                _backoff.Reset();
                ProxyLog.Info($"certificate renewed, valid until {renewed.NotAfter:u}");
                return true;
            }
        }
        catch (TlsConfigurationException wrong)
        {
            status = new GrpcStatus(GrpcStatus.CodeInternal, wrong.Message);
        }

        TimeSpan left = (Identity?.NotAfter ?? default) - _clock.GetUtcNow();
        string consequence = left > TimeSpan.Zero ? $"the old one is good for another {Describe(left)}" : "the old one has expired: no tunnel until it is renewed";
        ProxyLog.Warn($"the certificate could not be renewed ({status.Message}); {consequence}");
        return false;
    }

    private static string Describe(TimeSpan left) => left.TotalHours >= 2 ? $"{(int)left.TotalHours} h" : left.TotalMinutes >= 2 ? $"{(int)left.TotalMinutes} min" : $"{(int)left.TotalSeconds} s";

    private void Save(SavedIdentity identity)
    {
        if (_stopped)
        {
            // The directory belongs to the process that has taken over.
            return;
        }

        try
        {
            _state.SaveIdentity(identity);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            ProxyLog.Error($"the identity could not be saved: {fault.Message}; a restart would have to join again");
        }
    }
}
