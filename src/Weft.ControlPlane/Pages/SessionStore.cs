using System.Security.Cryptography;
using System.Text;
using Weft.ControlPlane.Api;

namespace Weft.ControlPlane.Pages;

/// <summary>
/// One-time login tokens and the sessions that they open, in memory: a server that starts again asks everybody to log in again. Secrets are 256
/// random bits and kept as digests only. Safe for use by several threads.
/// </summary>
internal sealed class SessionStore(TimeProvider time)
{
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(5);

    /// <summary>A session that is not used so long is over.</summary>
    public static readonly TimeSpan IdleLifetime = TimeSpan.FromHours(12);

    /// <summary>A session is over then, however much it is used.</summary>
    public static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(7);

    private const int TokensMax = 64;
    private const int SessionsMax = 256;
    private const int FailuresPerMinuteMax = 30;
    private const int SecretBytes = 32;
    private const int SecretCharsMax = 128;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Role Role, string User, DateTimeOffset ExpiresAt)> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PageSession> _sessions = new(StringComparer.Ordinal);
    private long _failureMinute;
    private int _failures;

    /// <summary>A token that <see cref="TryLogin"/> takes once within <see cref="TokenLifetime"/>. Of too many the oldest is void.</summary>
    public (string Token, DateTimeOffset ExpiresAt) IssueToken(Role role, string user)
    {
        string token = NewSecret();
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            foreach (string old in _tokens.Where(each => each.Value.ExpiresAt <= now).Select(each => each.Key).ToArray())
            {
                _tokens.Remove(old);
            }

            if (_tokens.Count >= TokensMax)
            {
                _tokens.Remove(_tokens.MinBy(each => each.Value.ExpiresAt).Key);
            }

            _tokens.Add(DigestOf(token), (role, user, now + TokenLifetime));
        }

        return (token, now + TokenLifetime);
    }

    /// <summary>Uses a token up and opens a session.</summary>
    /// <returns>The session's secret for the cookie; null for a token that is unknown, used or too old.</returns>
    public (string Secret, PageSession Session)? TryLogin(string token)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            if (token.Length > SecretCharsMax || !_tokens.Remove(DigestOf(token), out (Role Role, string User, DateTimeOffset ExpiresAt) found) || found.ExpiresAt <= now)
            {
                return null;
            }

            RemoveEnded(now);
            if (_sessions.Count >= SessionsMax)
            {
                _sessions.Remove(_sessions.MinBy(each => each.Value.UsedAt).Key);
            }

            string secret = NewSecret();
            PageSession session = new(found.User, found.Role, NewSecret(), now);
            _sessions.Add(DigestOf(secret), session);
            return (secret, session);
        }
    }

    /// <summary>False when strangers have guessed too often within this minute; good tokens are not held up by it.</summary>
    public bool TryCountFailure()
    {
        lock (_gate)
        {
            long minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
            if (minute != _failureMinute)
            {
                _failureMinute = minute;
                _failures = 0;
            }

            return _failures++ < FailuresPerMinuteMax;
        }
    }

    public PageSession? Find(string secret)
    {
        if (secret.Length is 0 or > SecretCharsMax)
        {
            return null;
        }

        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            if (!_sessions.TryGetValue(DigestOf(secret), out PageSession? session))
            {
                return null;
            }

            if (IsOver(session, now))
            {
                _sessions.Remove(DigestOf(secret));
                return null;
            }

            session.UsedAt = now;
            return session;
        }
    }

    public void End(string secret)
    {
        lock (_gate)
        {
            _sessions.Remove(DigestOf(secret));
        }
    }

    private void RemoveEnded(DateTimeOffset now)
    {
        foreach (string old in _sessions.Where(each => IsOver(each.Value, now)).Select(each => each.Key).ToArray())
        {
            _sessions.Remove(old);
        }
    }

    private static bool IsOver(PageSession session, DateTimeOffset now) => now - session.UsedAt > IdleLifetime || now - session.StartedAt > SessionLifetime;

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Looking up a digest tells a guesser nothing by its time.</summary>
    private static string DigestOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
