using System.Diagnostics;
using Weft.Load.Measuring;

namespace Weft.Load.Pacing;

/// <summary>Before anything is counted: does every kind, one after another, until all have ended well several times in a row.
/// Programs that compile as they run, and connections that are still to be opened, would otherwise be measured as if they were the service.</summary>
internal static class WarmUp
{
    private const int GoodRounds = 5;

    /// <summary>Failing is null when all is warm, otherwise what was still failing when <paramref name="patience"/> ended. Each round sent one request of every kind.</summary>
    public static async Task<(string? Failing, long Rounds)> RunAsync(IReadOnlyList<IRequestKind> kinds, TimeSpan requestTimeout, TimeSpan patience, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        using PeriodicTimer pause = new(TimeSpan.FromMilliseconds(100));
        string? failing = "nothing was tried";
        int good = 0;
        long number = 0;
        for (; good < GoodRounds; number++)
        {
            if (stop.IsCancellationRequested || Stopwatch.GetElapsedTime(start) > patience)
            {
                return (failing, number);
            }

            string? bad = await RoundAsync(kinds, number, requestTimeout, stop);
            good = bad is null ? good + 1 : 0;
            failing = bad ?? failing;
            if (bad is not null)
            {
                await pause.WaitForNextTickAsync(CancellationToken.None);
            }
        }

        return (null, number);
    }

    private static async Task<string?> RoundAsync(IReadOnlyList<IRequestKind> kinds, long number, TimeSpan requestTimeout, CancellationToken stop)
    {
        string? bad = null;
        foreach (IRequestKind kind in kinds)
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(requestTimeout);
            Outcome outcome = await kind.RunAsync(number, limit.Token);
            bad ??= outcome.Failure is null ? null : $"{kind.Name}: {outcome.Failure}";
        }

        return bad;
    }
}
