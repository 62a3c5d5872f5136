using System.Buffers.Binary;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Floods of HTTP/2 frames against the built relay: GOAWAY, counted, and no harm is left.</summary>
public sealed class Http2FloodTests
{
    private const int EnhanceYourCalm = 0xb;

    /// <summary>What each flood consists of.</summary>
    public static TheoryData<string> Floods => [.. Attacks.Keys];

    private static Dictionary<string, Func<byte[]>> Attacks { get; } = new()
    {
        ["rapid reset"] = static () => Repeat(5_000, static i =>
            [.. Http2Attacker.Frame(Http2Attacker.Headers, Http2Attacker.EndHeaders | Http2Attacker.EndStream, Stream(i), Http2Attacker.Get), .. Reset(i)]),
        ["forced reset"] = static () => Repeat(2_000, static i =>
            [.. Http2Attacker.Frame(Http2Attacker.Headers, Http2Attacker.EndHeaders, Stream(i), Http2Attacker.Post), .. Http2Attacker.Frame(Http2Attacker.WindowUpdate, 0, Stream(i), new byte[4])]),
        ["CONTINUATION"] = static () =>
            [.. Http2Attacker.Frame(Http2Attacker.Headers, 0, 1, Http2Attacker.Get), .. Repeat(1_000, static _ => Http2Attacker.Frame(Http2Attacker.Continuation, 0, 1, []))],
        ["SETTINGS"] = static () => Repeat(2_000, static _ => Http2Attacker.Frame(Http2Attacker.Settings, 0, 0, [])),
        ["PING"] = static () => Repeat(2_000, static _ => Http2Attacker.Frame(Http2Attacker.Ping, 0, 0, new byte[8])),
        ["empty DATA"] = static () =>
            [.. Http2Attacker.Frame(Http2Attacker.Headers, Http2Attacker.EndHeaders, 1, Http2Attacker.Post), .. Repeat(2_000, static _ => Http2Attacker.Frame(Http2Attacker.Data, 0, 1, []))],
        ["HPACK bomb"] = static () =>
            [
                .. Http2Attacker.Frame(Http2Attacker.Headers, Http2Attacker.EndHeaders | Http2Attacker.EndStream, 1, [.. Http2Attacker.Get, .. LargeEntry()]),
                .. Http2Attacker.Frame(Http2Attacker.Headers, Http2Attacker.EndHeaders | Http2Attacker.EndStream, 3, [.. Http2Attacker.Get, .. Enumerable.Repeat((byte)0xbe, 8_000)]),
            ],
    };

    /// <summary>All bytes of a flood after the preface and SETTINGS.</summary>
    public static byte[] BytesOf(string flood) => Attacks[flood]();

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task A_flood_ends_its_connection_and_harms_nobody(string flood)
    {
        await using AttackedRelay attacked = await AttackedRelay.StartAsync();
        await attacked.ExpectServedAsync();
        const int Attackers = 8;
        byte[] bytes = BytesOf(flood);
        long[] codes = await Task.WhenAll(Enumerable.Range(0, Attackers).Select(_ => AttackAsync(attacked.Relay.Port, bytes)));
        Assert.All(codes, static code => Assert.Equal(EnhanceYourCalm, code));
        await attacked.CountedAsync("DOWNSTREAM_FLOOD", Attackers);
        await attacked.ExpectUnharmedAsync(growthMb: 16);
    }

    private static async Task<long> AttackAsync(int port, byte[] bytes)
    {
        using Http2Attacker attacker = await Http2Attacker.ConnectAsync(port);
        Task<long> answer = attacker.ReadGoAwayAsync();
        await attacker.SendAsync(bytes);
        return await answer;
    }

    private static int Stream(int i) => (2 * i) + 1;

    private static byte[] Reset(int i)
    {
        byte[] cancel = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(cancel, 8);
        return Http2Attacker.Frame(Http2Attacker.Reset, 0, Stream(i), cancel);
    }

    private static byte[] Repeat(int times, Func<int, byte[]> frames) => [.. Enumerable.Range(0, times).SelectMany(frames)];

    /// <summary>A literal field of 3,000 bytes that enters the dynamic table as number 62 (RFC 7541, 5.1 and 6.2.1): 0x7f and 2,873 in two more bytes.</summary>
    private static byte[] LargeEntry() => [0x40, 1, .. "x"u8, 0x7f, 0xb9, 0x16, .. Enumerable.Repeat((byte)'y', 3_000)];
}
