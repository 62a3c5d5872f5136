namespace Weft.Cli.Checks;

/// <summary>Runs checks side by side; their order in the report stays as written.</summary>
internal static class CheckRunner
{
    /// <summary>A check that takes longer has failed.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<CheckResult>> RunAsync(IReadOnlyList<Check> checks, TimeProvider clock, CancellationToken cancel)
        => await Task.WhenAll(checks.Select(check => Task.Run(() => RunOneAsync(check, clock, cancel), cancel)));

    private static async Task<CheckResult> RunOneAsync(Check check, TimeProvider clock, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(TimeMax, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        CheckAnswer answer;
        try
        {
            answer = await check.Ask(both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            answer = CheckAnswer.Fail($"no answer within {TimeMax.TotalSeconds:0} s", "look at the load of this host and run weft check again");
        }
        catch (CliException e)
        {
            answer = CheckAnswer.Fail(e.Message, e.Findings.SelectMany(f => f.Fixes).FirstOrDefault() ?? $"weft explain {check.Code}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception or System.Net.Sockets.SocketException)
        {
            answer = CheckAnswer.Fail(e.Message, $"weft explain {check.Code}");
        }

        return new CheckResult { Code = check.Code, Category = check.Category, Name = check.Name, Kind = answer.Outcome, Detail = answer.Detail, Fix = answer.Fix };
    }
}
