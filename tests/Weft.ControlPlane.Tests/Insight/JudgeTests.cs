using Weft.Contracts.Api;
using Weft.Contracts.Session;
using Weft.ControlPlane.Insight;
using Weft.ControlPlane.Traffic;
using Xunit;

namespace Weft.ControlPlane.Tests.Insight;

public sealed class JudgeTests
{
    [Fact]
    public void What_is_as_it_always_was_has_all_points()
        => Assert.Empty(Judge.Of(Sample(), Learnt(), true, Name));

    [Theory]
    [InlineData(TimingPart.ClientRtt, "client link")]
    [InlineData(TimingPart.ServerRtt, "server link")]
    [InlineData(TimingPart.Application, "application")]
    [InlineData(TimingPart.Transfer, "transfer")]
    [InlineData(TimingPart.Queue, "queue")]
    [InlineData(TimingPart.Connect, "connect")]
    public void The_part_that_grew_is_the_cause(object grown, string cause)
    {
        TimingPart part = (TimingPart)grown;
        Penalty penalty = Judge.Of(Sample(part, 40), Learnt(), true, Name)[0];
        Assert.Equal(("latency", cause), (penalty.Kind, penalty.Cause));
        Assert.InRange(penalty.Points, 10, 50);
        Assert.InRange(penalty.Evidence["nowMs"].GetDouble() - penalty.Evidence["baselineMs"].GetDouble(), 39, 41);
        Assert.Contains($"{cause} grew", penalty.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_slow_before_it_is_known_how_fast_it_was()
        => Assert.DoesNotContain(Judge.Of(Sample(TimingPart.Application, 500), new Baseline(), true, Name), penalty => penalty.Kind == "latency");

    [Fact]
    public void A_fault_that_lasts_does_not_become_the_measure_within_minutes()
    {
        Baseline baseline = Learnt(60);
        for (int i = 0; i < 60; i++)
        {
            baseline.Add(Sample(TimingPart.Application, 200), Judge.Of(Sample(TimingPart.Application, 200), baseline, true, Name).Count > 0, i);
        }

        Assert.Equal("application", Judge.Of(Sample(TimingPart.Application, 200), baseline, true, Name)[0].Cause);
    }

    [Theory]
    [InlineData(1_000, 0, 0)]
    [InlineData(1_000, 1, 0)]
    [InlineData(1_000, 10, 20)]
    [InlineData(1_000, 100, 40)]
    [InlineData(1_000, 1_000, 95)]
    public void Errors_cost_by_their_share(ulong requests, ulong failures, int points)
    {
        Figures figures = new() { Count = requests, Failures = failures, MutualTls = requests };
        figures.AddReason(3, failures);
        List<Penalty> penalties = Judge.Of(figures, new Baseline(), true, Name);
        Assert.Equal(points, penalties.Sum(penalty => penalty.Points));
        Assert.Equal(100 - points, Judge.ScoreOf(penalties));
        if (points > 0)
        {
            Assert.Contains("R3", penalties[0].Title, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Plain_text_costs_only_where_there_is_a_proxy_to_encrypt()
    {
        Figures figures = new() { Count = 10, MutualTls = 5 };
        Assert.Equal(("security", 8), Judge.Of(figures, new Baseline(), true, Name).Select(penalty => (penalty.Kind, penalty.Points)).Single());
        Assert.Empty(Judge.Of(figures, new Baseline(), false, Name));
    }

    [Fact]
    public void Waiting_for_connections_and_refusals_are_saturation()
    {
        Figures figures = Sample(TimingPart.Queue, 30);
        figures.AddReason(9, 10);
        Penalty penalty = Judge.Of(figures, new Baseline(), true, reason => reason == 9 ? "OVERLOADED" : "").Single(item => item.Kind == "saturation");
        Assert.Equal("queue", penalty.Cause);
        Assert.Equal(0.1, penalty.Evidence["refusedShare"].GetDouble(), 3);
    }

    private static string Name(int reason) => $"R{reason}";

    private static Baseline Learnt(int samples = 3)
    {
        Baseline baseline = new();
        for (int i = 0; i < samples; i++)
        {
            baseline.Add(Sample(), false, i);
        }

        return baseline;
    }

    /// <summary>A hundred exchanges of about 6 ms; one part longer by so many ms. The client's link is not part of an exchange's own time.</summary>
    private static Figures Sample(TimingPart? grown = null, int ms = 0)
    {
        Figures figures = new() { Count = 100, MutualTls = 100 };
        ulong[] us = [200, 300, 4_000, 500, 0, 0];
        if (grown is { } part)
        {
            us[(int)part] += (ulong)ms * 1_000;
        }

        ulong total = 0;
        for (int i = 0; i < us.Length; i++)
        {
            figures.PartSumsUs[i] = us[i] * 100;
            figures.PartCounts[i] = i is (int)TimingPart.Connect && us[i] == 0 ? 0UL : 100UL;
            total += i == 0 ? 0 : us[i];
        }

        figures.LatencySumUs = total * 100;
        figures.Buckets[LatencyBuckets.IndexOf((long)total)] = 100;
        figures.Classes[2] = 100;
        return figures;
    }
}
