using Weft.Contracts.Session;

namespace Weft.Proxy.Telemetry;

/// <summary>The places of the numbers that every series has besides count, bytes and latency. A timing part has its sum and, behind it, its count.</summary>
internal static class TallyKind
{
    public const int ClientRtt = 0;
    public const int ServerRtt = 2;
    public const int Application = 4;
    public const int Transfer = 6;
    public const int Queue = 8;
    public const int Connect = 10;
    public const int Attempts = 12;
    public const int Retries = 13;
    public const int MessagesSent = 14;
    public const int MessagesReceived = 15;
    public const int Count = 16;

    /// <summary>One number as a report carries it.</summary>
    public static long Of(TrafficCell cell, int kind) => kind switch
    {
        Attempts => (long)cell.Attempts,
        Retries => (long)cell.Retries,
        MessagesSent => (long)cell.MessagesSent,
        MessagesReceived => (long)cell.MessagesReceived,
        _ when Part(cell, kind & ~1) is { } part => (long)((kind & 1) == 0 ? part.SumUs : part.Count),
        _ => 0,
    };

    /// <summary>Puts all numbers into a report; parts that were never measured stay out.</summary>
    public static void Write(ReadOnlySpan<long> tally, TrafficCell cell)
    {
        cell.ClientRtt = Sum(tally, ClientRtt);
        cell.ServerRtt = Sum(tally, ServerRtt);
        cell.Application = Sum(tally, Application);
        cell.Transfer = Sum(tally, Transfer);
        cell.Queue = Sum(tally, Queue);
        cell.Connect = Sum(tally, Connect);
        cell.Attempts = (ulong)tally[Attempts];
        cell.Retries = (ulong)tally[Retries];
        cell.MessagesSent = (ulong)tally[MessagesSent];
        cell.MessagesReceived = (ulong)tally[MessagesReceived];
    }

    private static PartSum? Sum(ReadOnlySpan<long> tally, int kind)
        => tally[kind + 1] == 0 ? null : new PartSum { SumUs = (ulong)tally[kind], Count = (ulong)tally[kind + 1] };

    private static PartSum? Part(TrafficCell cell, int kind) => kind switch
    {
        ClientRtt => cell.ClientRtt,
        ServerRtt => cell.ServerRtt,
        Application => cell.Application,
        Transfer => cell.Transfer,
        Queue => cell.Queue,
        _ => cell.Connect,
    };
}
