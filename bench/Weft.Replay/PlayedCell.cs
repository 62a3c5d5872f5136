using Weft.Contracts.Session;

namespace Weft.Replay;

/// <summary>One series of one proxy: how often it is used, and where its cumulative counters stand.</summary>
internal sealed class PlayedCell(TrafficCell cell, double requestsPerSecond, int latencyUs)
{
    internal TrafficCell Cell { get; } = cell;

    /// <summary>Lets a second pass; Poisson, so that most seconds of a rarely used edge have no request.</summary>
    /// <returns>Requests that were made.</returns>
    internal int Pass(Random random)
    {
        int count = Poisson(random, requestsPerSecond);
        for (int i = 0; i < count; i++)
        {
            // A few are ten times as slow as the rest.
            long us = (long)(latencyUs * (0.5 + random.NextDouble()) * (random.Next(100) == 0 ? 10 : 1));
            int bucket = LatencyBuckets.IndexOf(us);
            while (Cell.LatencyBuckets.Count <= bucket)
            {
                Cell.LatencyBuckets.Add(0);
            }

            Cell.LatencyBuckets[bucket]++;
            Cell.LatencySumUs += (ulong)us;
            Add(Cell.ClientRtt!, 60);
            Add(Cell.ServerRtt!, 90);
            Add(Cell.Application!, (ulong)(us * 7 / 10));
            Add(Cell.Transfer!, (ulong)(us / 10));
        }

        Cell.Count += (ulong)count;
        Cell.Attempts += (ulong)count;
        Cell.BytesSent += (ulong)count * 420;
        Cell.BytesReceived += (ulong)count * 3_100;
        return count;
    }

    private static void Add(PartSum part, ulong us)
    {
        part.SumUs += us;
        part.Count++;
    }

    private static int Poisson(Random random, double mean)
    {
        double limit = Math.Exp(-mean), product = random.NextDouble();
        int count = 0;
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }

        return count;
    }
}
