using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Weft.Bench.Contenders;
using Weft.Bench.Measuring;
using Weft.Bench.Processes;
using Weft.Bench.Reporting;

namespace Weft.Bench;

/// <summary>One run from the certificates to the report.</summary>
internal static class Bench
{
    private static int s_interrupted;

    public static async Task<Report> RunAsync(BenchOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("weft-bench-").FullName;
        // A worker of nginx gives root up and must still reach its files.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        if (options.LoadProcessor is int processor && OperatingSystem.IsLinux())
        {
            using Process self = Process.GetCurrentProcess();
            self.ProcessorAffinity = 1 << processor;
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Interrupt(signal, folder));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Interrupt(signal, folder));
        try
        {
            return await MeasureAsync(folder, options);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Interrupt(PosixSignalContext signal, string folder)
    {
        // A shell and its terminal may both pass the signal on: the first one counts.
        signal.Cancel = true;
        if (Interlocked.Exchange(ref s_interrupted, 1) == 0)
        {
            ChildProcess.EndAll(() => Directory.Delete(folder, recursive: true));
        }
    }

    private static async Task<Report> MeasureAsync(string folder, BenchOptions options)
    {
        Certificates certificates = new(folder);
        await certificates.MakeAsync();
        Field field = new(folder, options, certificates);
        Scenario[] scenarios = [.. field.Scenarios()];
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measuring for about {Math.Ceiling(options.Estimate(scenarios).TotalMinutes):0} min"));
        List<ChildProcess> origins = [];
        try
        {
            foreach ((string name, Launch launch) in field.Origins())
            {
                origins.Add(ChildProcess.Start(name, options.LoadProcessor, launch.Command));
                await Loopback.WaitForAsync(launch.Port, origins[^1]);
            }

            List<ScenarioResult> results = [];
            foreach (Scenario scenario in scenarios)
            {
                results.Add(await new ScenarioRun(scenario, options).RunAsync());
            }

            return new Report
            {
                Machine = await MachineAsync(),
                Versions = [await FirstLineAsync("nginx", "-v"), (await FirstLineAsync("haproxy", "-v")).Split(" - ")[0], (await FirstLineAsync("openssl", "version")).Split(" (")[0]],
                Rounds = options.Rounds,
                Seconds = options.Seconds,
                IsPinned = options.ProxyProcessor is not null,
                Scenarios = results,
                Memory = options.Wants("memory") ? await MemoryAsync(field, new MemoryRun(options, certificates)) : [],
            };
        }
        finally
        {
            origins.ForEach(origin => origin.Dispose());
        }
    }

    private static async Task<IReadOnlyList<MemoryRow>> MemoryAsync(Field field, MemoryRun run)
    {
        List<MemoryRow> rows = [];
        foreach (MemoryKind kind in Enum.GetValues<MemoryKind>())
        {
            foreach (Contender contender in field.Memory(kind))
            {
                Console.Error.WriteLine($"  memory, {kind}: {contender.Name}");
                rows.Add(await run.RunAsync(contender, kind));
            }
        }

        return rows;
    }

    private static async Task<string> MachineAsync()
    {
        string model = (await File.ReadAllLinesAsync("/proc/cpuinfo")).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) ?? ": unknown processor";
        string kernel = await FirstLineAsync("uname", "-r");
        return string.Create(CultureInfo.InvariantCulture, $"{model[(model.IndexOf(':') + 1)..].Trim()}, {Environment.ProcessorCount} processors, Linux {kernel.Split('-')[0]}");
    }

    private static async Task<string> FirstLineAsync(params string[] command) => (await ChildProcess.RunAsync(TimeSpan.FromSeconds(10), null, command)).Split('\n')[0];
}
