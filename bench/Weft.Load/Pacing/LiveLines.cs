using System.Globalization;
using Weft.Load.Measuring;

namespace Weft.Load.Pacing;

/// <summary>One line a second on standard error while the load runs.</summary>
internal static class LiveLines
{
    public static async Task WriteAsync(OpenLoop loop, CancellationToken stop)
    {
        using PeriodicTimer second = new(TimeSpan.FromSeconds(1));
        long okBefore = 0;
        for (int at = 1; ; at++)
        {
            try
            {
                await second.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Summary now = Summary.Of(loop.Recorder, TimeSpan.FromSeconds(at));
            string errors = now.Errors.Count == 0 || loop.Recorder.Failed == 0
                ? ""
                : "  " + string.Join(" ", loop.Recorder.Errors.Select(error => $"{error.Key}={error.Value}"));
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{at,4} s  {now.Ok - okBefore,6}/s  ok {now.Ok}  lost {loop.Recorder.Failed}  under way {loop.Outstanding}  p50 {now.P50Ms} ms  p99 {now.P99Ms} ms{errors}"));
            okBefore = now.Ok;
        }
    }
}
