using Weft.Bench.Contenders;
using Weft.Bench.Processes;

namespace Weft.Bench.Measuring;

/// <summary>Runs a scenario: all contenders stand ready, and each round goes through them in an order that starts with another one,
/// so that a machine that grows slower or faster meanwhile does so to all of them.</summary>
internal sealed class ScenarioRun(Scenario scenario, BenchOptions options)
{
    public async Task<ScenarioResult> RunAsync()
    {
        List<Standing> standing = [];
        Dictionary<string, Row> rows = [];
        try
        {
            foreach (Contender contender in scenario.Contenders)
            {
                await TryStandUpAsync(contender, standing, rows);
            }

            for (int round = 0; round < options.Rounds && standing.Count > 0; round++)
            {
                Console.Error.WriteLine($"  {scenario.Name}: round {round + 1} of {options.Rounds}");
                for (int i = 0; i < standing.Count; i++)
                {
                    await MeasureAsync(standing[(i + round) % standing.Count]);
                }
            }

            foreach (Standing one in standing)
            {
                rows[one.Contender.Name] = one.Failure is null
                    ? Row.Of(one.Contender, one.Samples, one.Processes.Sum(process => process.ResidentKiB))
                    : Row.Failed(one.Contender, one.Failure);
            }
        }
        finally
        {
            standing.ForEach(one => one.Dispose());
        }

        return new ScenarioResult(
            scenario.Name, scenario.Title, scenario.Measure, scenario.BodyBytes, scenario.Goals, [.. scenario.Contenders.Select(contender => rows[contender.Name])]);
    }

    private async Task TryStandUpAsync(Contender contender, List<Standing> standing, Dictionary<string, Row> rows)
    {
        Standing one = new(contender);
        try
        {
            await one.StartAsync(options.ProxyProcessor, options.LoadProcessor);
            await scenario.Load.RunAsync(contender.Port, contender.WarmUpSeconds);
            standing.Add(one);
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or System.ComponentModel.Win32Exception)
        {
            one.Dispose();
            Console.Error.WriteLine($"  {contender.Name}: {failure.Message}");
            rows[contender.Name] = Row.Failed(contender, failure.Message.Split('\n')[0]);
        }
    }

    private async Task MeasureAsync(Standing one)
    {
        if (one.Failure is not null)
        {
            return;
        }

        try
        {
            double before = one.CpuUs;
            (long Kernel, long All) ticksBefore = one.Ticks;
            LoadResult result = await scenario.Load.RunAsync(one.Contender.Port, options.Seconds);
            double used = one.CpuUs - before;
            (long Kernel, long All) ticks = one.Ticks;
            long all = ticks.All - ticksBefore.All;
            double? kernelShare = all > 0 ? (ticks.Kernel - ticksBefore.Kernel) / (double)all : null;
            one.CheckWatchers();
            one.Samples.Add(new Sample(used / result.Requests, kernelShare, result.Requests / result.Seconds, result.P50Us, result.P99Us, result.P999Us));
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
        {
            Console.Error.WriteLine($"  {one.Contender.Name}: {failure.Message}");
            one.Failure = failure.Message.Split('\n')[0];
        }
    }

    /// <summary>A contender whose processes run.</summary>
    private sealed class Standing(Contender contender) : IDisposable
    {
        public Contender Contender { get; } = contender;

        public List<ChildProcess> Processes { get; } = [];

        /// <summary>What runs beside them and is not counted.</summary>
        private List<ChildProcess> Watchers { get; } = [];

        public List<Sample> Samples { get; } = [];

        public string? Failure { get; set; }

        public double CpuUs => Processes.Sum(process => process.CpuUs);

        public (long Kernel, long All) Ticks
        {
            get
            {
                (long Kernel, long All)[] each = [.. Processes.Select(process => process.Ticks)];
                return (each.Sum(ticks => ticks.Kernel), each.Sum(ticks => ticks.All));
            }
        }

        public async Task StartAsync(int? processor, int? loadProcessor)
        {
            foreach (Launch launch in Contender.Launches)
            {
                await (launch.Before?.Invoke() ?? Task.CompletedTask);
                ChildProcess process = ChildProcess.Start(Contender.Name, processor, launch.Command);
                Processes.Add(process);
                await Loopback.WaitForAsync(launch.Port, process);
                if (launch.Beside.Count > 0)
                {
                    Watchers.Add(ChildProcess.Start(Contender.Name + ", watcher", loadProcessor, [.. launch.Beside]));
                }
            }
        }

        /// <summary>A watcher that has ended measures nothing.</summary>
        public void CheckWatchers()
        {
            if (Watchers.Find(watcher => watcher.HasExited) is { } ended)
            {
                throw new InvalidOperationException($"{ended.Name} has ended: {ended.Output}");
            }
        }

        public void Dispose()
        {
            Watchers.ForEach(watcher => watcher.Dispose());
            Processes.ForEach(process => process.Dispose());
        }
    }
}
