using Weft.ControlPlane.Api;
using Weft.ControlPlane.Pages;
using Weft.ControlPlane.Tests.Support;
using Weft.Testing;
using Xunit;

namespace Weft.ControlPlane.Tests.Pages;

public sealed class SessionStoreTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_token_opens_one_session_and_no_second()
    {
        SessionStore store = new(_time);
        (string token, _) = store.IssueToken(Role.Operator, "anna");
        (string secret, PageSession session) = store.TryLogin(token)!.Value;
        Assert.Equal(("anna", Role.Operator), (session.User, session.Role));
        Assert.Same(session, store.Find(secret));
        Assert.Null(store.TryLogin(token));
        Assert.Null(store.Find(token));
        Assert.Null(store.TryLogin(secret));
    }

    [Fact]
    public void A_token_is_void_after_five_minutes()
    {
        SessionStore store = new(_time);
        (string token, DateTimeOffset end) = store.IssueToken(Role.Admin, "anna");
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(5), end);
        _time.Advance(300);
        Assert.Null(store.TryLogin(token));
    }

    [Fact]
    public void A_session_ends_when_it_rests_too_long_and_when_it_is_too_old()
    {
        SessionStore store = new(_time);
        string resting = store.TryLogin(store.IssueToken(Role.Admin, "a").Token)!.Value.Secret;
        _time.Advance(SessionStore.IdleLifetime.TotalSeconds + 1);
        Assert.Null(store.Find(resting));

        string busy = store.TryLogin(store.IssueToken(Role.Admin, "b").Token)!.Value.Secret;
        for (TimeSpan age = TimeSpan.Zero; age < SessionStore.SessionLifetime; age += TimeSpan.FromHours(11))
        {
            Assert.NotNull(store.Find(busy));
            _time.Advance(11 * 3600);
        }

        Assert.Null(store.Find(busy));
    }

    [Fact]
    [Limit("Logins: one-time addresses, sessions, failed tries")]
    public void Tokens_and_sessions_are_bounded_and_the_oldest_go_first()
    {
        SessionStore store = new(_time);
        List<string> tokens = [];
        for (int i = 0; i < 65; i++)
        {
            tokens.Add(store.IssueToken(Role.Viewer, "x").Token);
            _time.Advance(1);
        }

        Assert.Null(store.TryLogin(tokens[0]));
        Assert.NotNull(store.TryLogin(tokens[1]));
        List<string> sessions = [];
        for (int i = 0; i < 300; i++)
        {
            sessions.Add(store.TryLogin(store.IssueToken(Role.Viewer, "x").Token)!.Value.Secret);
            _time.Advance(1);
        }

        Assert.Equal(256, sessions.Count(secret => store.Find(secret) is not null));
        Assert.Null(store.Find(sessions[0]));
        Assert.NotNull(store.Find(sessions[^1]));
    }

    [Fact]
    public void Guesses_are_counted_by_the_minute()
    {
        SessionStore store = new(_time);
        Assert.Equal(30, Enumerable.Range(0, 100).Count(_ => store.TryCountFailure()));
        _time.Advance(60);
        Assert.True(store.TryCountFailure());
    }
}
