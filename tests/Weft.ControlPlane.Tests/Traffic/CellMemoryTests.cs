using System.Globalization;
using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Tests.Support;
using Weft.ControlPlane.Traffic;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Traffic;

/// <summary>What a cell of a proxy costs. A mesh of 2,000 services has 160,000 of them.</summary>
[Collection(nameof(WholeHeap))]
public sealed class CellMemoryTests
{
    private const int Proxies = 200;
    private const int CellsPerProxy = 70;

    /// <summary>Its key is 136 bytes, where it stands about 90, which series it goes to 64, and its place in a table 28.</summary>
    private const int BytesMax = 460;

    [Fact]
    public void A_cell_takes_no_more_bytes_than_it_may()
    {
        ManualTime time = new();
        using TrafficStore store = new();
        RegistrySession[] sessions = [.. Enumerable.Range(0, Proxies).Select(static i => new RegistrySession(new NamespacedName("shop", "w" + Text(i))))];
        foreach (RegistrySession session in sessions)
        {
            store.Open(session, new Hello { Workload = session.Workload.ToString(), Service = "shop/web", Epoch = "e1" });
        }

        // Series, names and points are made by the first half, which stays the same number however many proxies report.
        Report(store, sessions[..(Proxies / 2)], time);
        long half = GC.GetTotalMemory(forceFullCollection: true);
        Report(store, sessions[(Proxies / 2)..], time);
        long all = GC.GetTotalMemory(forceFullCollection: true);
        double bytes = (all - half) / (double)(Proxies / 2 * CellsPerProxy);
        Assert.True(bytes < BytesMax, string.Create(CultureInfo.InvariantCulture, $"{bytes:0} bytes for each cell, at most {BytesMax} are allowed"));
        Assert.Equal(0, store.Dropped);
        GC.KeepAlive(store);
    }

    private static void Report(TrafficStore store, RegistrySession[] sessions, ManualTime time)
    {
        foreach (RegistrySession session in sessions)
        {
            TrafficReport report = new();
            for (int i = 0; i < CellsPerProxy; i++)
            {
                report.Cells.Add(CellOf(i));
            }

            store.Report(session, report, time.Now);
        }
    }

    private static TrafficCell CellOf(int number) => new()
    {
        Direction = Direction.Outbound,
        Source = "shop/web",
        SourceIdentity = "spiffe://weft.local/ns/shop/svc/web",
        Destination = "shop/s" + Text(number),
        DestinationIdentity = "spiffe://weft.local/ns/shop/svc/s" + Text(number),
        Protocol = "http1",
        Template = "/v1/things/{id}",
        Count = 70_000,
        BytesSent = 29_400_000,
        BytesReceived = 217_000_000,
        LatencySumUs = 900_000_000,
        StatusClass = 2,
        Reason = "OK",
        Success = true,
        MutualTls = true,
        TlsVersion = "1.3",
        LatencyBuckets = { 0, 0, 0, 1_000, 20_000, 40_000, 9_000 },
        ClientRtt = new PartSum { Count = 70_000, SumUs = 4_200_000 },
        ServerRtt = new PartSum { Count = 70_000, SumUs = 6_300_000 },
        Application = new PartSum { Count = 70_000, SumUs = 630_000_000 },
        Transfer = new PartSum { Count = 70_000, SumUs = 90_000_000 },
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
