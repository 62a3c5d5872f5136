using System.Globalization;
using Weft.Authority;
using Weft.Contracts.Api;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Store;
using Weft.Identity;

namespace Weft.ControlPlane.Signing;

/// <summary>Makes join tokens and lets each be used once. The store has the hash of a token's secret, never the secret.</summary>
internal sealed class JoinTokens(IMetaStore store, CertificateAuthority authority, TimeProvider time) : ITokenIssuer
{
    internal const string Table = "join-tokens";
    internal const string UsedTable = "join-tokens-used";
    internal const int MaxTtlSeconds = 24 * 60 * 60;

    // Misuse of tokens that are known is audited, but nobody may fill the log with one old token.
    private const int MaxAuditedRefusals = 1_000;
    private static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromDays(1);
    private int _auditedRefusals;

    /// <exception cref="ArgumentException">The time to live is out of range, or a name cannot stand in an identity.</exception>
    public TokenResult Issue(TokenRequest request, Actor actor)
    {
        if (request.TtlSeconds is < 1 or > MaxTtlSeconds)
        {
            throw new ArgumentException($"A join token is good for 1 to {MaxTtlSeconds} seconds, not {request.TtlSeconds}.");
        }

        SpiffeId identity = NewIdentity(request.Namespace, request.Service);
        DateTimeOffset expires = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds() + request.TtlSeconds);
        JoinToken token = JoinToken.Create(authority.Pin);
        var record = new JoinTokenRecord(request.Namespace, request.Service, expires);
        List<MetaChange> changes = [MetaChange.Put(Table, KeyOf(token), record.ToBytes()), .. Stale(Table), .. Stale(UsedTable)];
        store.Write(changes, new AuditEntry(
            actor, "token.issue", string.Create(CultureInfo.InvariantCulture, $"{identity.ServiceName} until {expires:u}")));
        return new TokenResult(token.Reveal(), expires, request.Namespace, request.Service);
    }

    /// <summary>Looks whether a token may be used for a service, without using it.</summary>
    /// <returns>Null when it may; else why not.</returns>
    internal string? Check(JoinToken token, string ns, string service)
    {
        string key = KeyOf(token);
        if (store.Get(Table, key) is not { } bytes || JoinTokenRecord.Parse(bytes) is not { } record)
        {
            return store.Get(UsedTable, key) is null
                ? "The join token is not known here. Ask for a new one."
                : Refuse(key, "The join token was used already. Each works once: ask for a new one.");
        }

        if (record.ExpiresAt <= time.GetUtcNow())
        {
            return Refuse(key, "The join token has expired. Ask for a new one.");
        }

        return record.Namespace == ns && record.Service == service
            ? null
            : Refuse(key, $"The join token is for {record.Namespace}/{record.Service}, not for {ns}/{service}.");
    }

    /// <summary>Uses a token up.</summary>
    /// <returns>False when somebody was faster.</returns>
    internal bool Consume(JoinToken token, SpiffeId identity)
    {
        string key = KeyOf(token);
        var audit = new AuditEntry(new Actor("token:" + key[..16]), "workload.join", identity.ToString());
        if (store.Take(Table, key, audit) is not { } taken)
        {
            Refuse(key, "The join token was used already.");
            return false;
        }

        // Remembered only to say "used already" instead of "not known"; that it cannot be used again does not depend on it.
        store.Write([MetaChange.Put(UsedTable, key, taken)], null);
        return true;
    }

    private string Refuse(string key, string reason)
    {
        if (Interlocked.Increment(ref _auditedRefusals) <= MaxAuditedRefusals)
        {
            store.Write([], new AuditEntry(new Actor("token:" + key[..16]), "workload.join", reason, "refused"));
        }

        return reason;
    }

    private SpiffeId NewIdentity(string ns, string service)
    {
        if (ns == WellKnownIdentities.SystemNamespace)
        {
            throw new ArgumentException($"The namespace {ns} belongs to the mesh itself: a workload in it could pose as the control plane.");
        }

        try
        {
            return SpiffeId.ForWorkload(authority.TrustDomain, ns, service);
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, e);
        }
    }

    private IEnumerable<MetaChange> Stale(string table)
    {
        DateTimeOffset before = time.GetUtcNow() - KeptAfterExpiry;
        return store.List(table)
            .Where(entry => JoinTokenRecord.Parse(entry.Value) is not { } record || record.ExpiresAt < before)
            .Select(entry => MetaChange.Delete(table, entry.Key));
    }

    private static string KeyOf(JoinToken token) => Convert.ToHexStringLower(token.HashSecret());
}
