using Weft.Proxy.Tests.Testing;
using Weft.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Strict;

/// <summary>
/// Bytes that two parsers could read in two ways, from hostile clients of HTTP/1. Refuse, never repair: the upstream sees nothing of a
/// refused request, and never two requests where one was sent.
/// </summary>
public sealed class RequestSmugglingTests
{
    private const string Hidden = RequestCase.Hidden;

    public static TheoryData<string> Refused => [.. RequestCorpus.Refused.Select(static item => item.Name)];

    public static TheoryData<string> RefusedChunks => [.. RequestCorpus.RefusedChunks.Select(static item => item.Name)];

    public static TheoryData<string> Forwarded => [.. RequestCorpus.Forwarded.Select(static item => item.Name)];

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_hostile_request_is_refused_before_anything_reaches_the_upstream(string name)
        => CheckRefused(name, RequestCorpus.Refused.First(item => item.Name == name).Bytes + Hidden);

    [Theory]
    [MemberData(nameof(Forwarded))]
    public void An_unusual_but_legal_request_arrives_with_the_bytes_of_its_target(string name)
    {
        RequestCase sent = RequestCorpus.Forwarded.First(item => item.Name == name);
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, sent.Bytes);
        foreach (string expected in sent.Expected)
        {
            MemoryTransport origin = rig.Origin.Accept();
            string seen = rig.Receive(origin);
            Assert.StartsWith(string.Join(' ', expected.Split(' ').Take(2)) + " HTTP/1.1\r\n", seen, StringComparison.Ordinal);
            rig.Send(origin, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        }

        Assert.Equal(sent.Expected.Count, rig.Receive(client).AsSpan().Count("HTTP/1.1 "));
        Assert.Equal(sent.Expected.Count, rig.Origin.Dials);
    }

    [Theory]
    [MemberData(nameof(RefusedChunks))]
    public void A_hostile_chunked_body_never_ends_and_hides_no_request(string name)
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, RequestCorpus.ChunkedHead);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Send(client, RequestCorpus.RefusedChunks.First(item => item.Name == name).Bytes + Hidden);
        string seen = rig.Receive(origin);
        Assert.False(seen.Contains("/admin", StringComparison.Ordinal), name);
        Assert.False(seen.Contains("\r\n0\r\n", StringComparison.Ordinal), name);
        Assert.True(origin.IsPeerReset, name);
        Assert.True(client.HasEnded || client.IsPeerReset, name);
        Assert.Equal(1, rig.Origin.Dials);
        Assert.Equal("DOWNSTREAM_PROTOCOL_ERROR=1", rig.Refused());
    }

    [Fact]
    public void The_body_of_a_get_is_its_body_and_not_the_next_request()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, $"GET / HTTP/1.1\r\nHost: shop\r\nContent-Length: {Hidden.Length}\r\n\r\n{Hidden}");
        MemoryTransport origin = rig.Origin.Accept();
        string seen = rig.Receive(origin);
        Assert.Contains($"Content-Length: {Hidden.Length}\r\n", seen, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(Hidden, seen, StringComparison.Ordinal);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.EndsWith("ok", rig.Receive(client), StringComparison.Ordinal);
        Assert.Empty(rig.Receive(origin));
        Assert.Equal(1, rig.Origin.Dials);
    }

    [Fact]
    public void An_answer_to_half_a_request_ends_both_connections()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\nhalf");
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.EndsWith("ok", rig.Receive(client), StringComparison.Ordinal);
        rig.Send(client, Hidden);
        Assert.True(client.HasEnded || client.IsPeerReset);
        Assert.True(origin.HasEnded || origin.IsPeerReset);
        Assert.DoesNotContain("/admin", rig.Receive(origin), StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_of_this_hop_do_not_reach_the_next()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nKeep-Alive: 5\r\nProxy-Connection: a\r\nTE: gzip\r\nX-Kept: 1\r\n\r\n");
        string seen = rig.Receive(rig.Origin.Accept());
        foreach (string gone in (string[])["secret", "keep-alive", "proxy-connection", "gzip", "close"])
        {
            Assert.DoesNotContain(gone, seen, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("X-Kept: 1", seen, StringComparison.Ordinal);
    }

    private static void CheckRefused(string name, string bytes)
    {
        // Whole, and byte for byte: where the pieces fall must not matter.
        foreach (bool drip in (bool[])[false, true])
        {
            RelayRig rig = new();
            MemoryTransport client = rig.Connect();
            if (drip)
            {
                foreach (char one in bytes)
                {
                    if (client.TrySend([(byte)one]) != 1)
                    {
                        break;
                    }

                    rig.Settle();
                }
            }
            else
            {
                rig.Send(client, bytes);
            }

            string answer = rig.Receive(client);
            Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), $"{name}: {answer}");
            Assert.Contains("connection: close", answer, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(1, answer.AsSpan().Count("HTTP/1.1 "));
            Assert.True(client.HasEnded, name);
            Assert.True(rig.Origin.Dials == 0, $"{name}: the upstream was dialled");
            Assert.Equal("DOWNSTREAM_PROTOCOL_ERROR=1", rig.Refused());
            client.Close();
            rig.Advance(1_100);
            Assert.Equal(0, rig.Loop.Pool.RentedBytes);
            Assert.Equal(0, rig.Drain.Open);
        }
    }
}
