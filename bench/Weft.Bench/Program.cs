using System.Globalization;
using System.Text.Json;
using Weft.Bench;
using Weft.Bench.Contenders;
using Weft.Bench.Echo;
using Weft.Bench.Measuring;
using Weft.Bench.Processes;
using Weft.Bench.Reporting;

// The two ends of the TCP benchmark are this same program in another role.
if (args is ["echo", string echoPort])
{
    return EchoServer.Run(Number(echoPort));
}

if (args is ["pingpong", string pingPort, string connections, string seconds])
{
    return PingPongClient.Run(Number(pingPort), Number(connections), Number(seconds));
}

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException problem)
{
    Console.Error.WriteLine($"error: {problem.Message}\n\n{BenchOptions.Usage}");
    return 64;
}

string folder = Directory.CreateTempSubdirectory("weft-bench-").FullName;
// A worker of nginx gives root up and must still reach its files.
File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
try
{
    Report report = await RunAsync(folder, options);
    Console.Write(Markdown.Write(report));
    if (options.JsonFile is not null)
    {
        await File.WriteAllTextAsync(options.JsonFile, JsonSerializer.Serialize(report, ReportJson.Default.Report));
    }

    return report.Scenarios.Any(scenario => scenario.Rows.Any(row => row.Failure is not null)) ? 1 : 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static async Task<Report> RunAsync(string folder, BenchOptions options)
{
    Certificates certificates = new(folder);
    await certificates.MakeAsync();
    Field field = new(folder, options, certificates);
    Launch originLaunch = field.Origin();
    Launch echoLaunch = field.Echo();
    using ChildProcess origin = ChildProcess.Start("the origin", options.LoadProcessor, originLaunch.Command);
    using ChildProcess echo = ChildProcess.Start("the echo server", options.LoadProcessor, echoLaunch.Command);
    await Loopback.WaitForAsync(originLaunch.Port, origin);
    await Loopback.WaitForAsync(echoLaunch.Port, echo);

    List<ScenarioResult> results = [];
    foreach (Scenario scenario in field.Scenarios().Where(scenario => options.Wants(scenario.Name)))
    {
        results.Add(await new ScenarioRun(scenario, options).RunAsync());
    }

    List<MemoryRow> memory = [];
    foreach (Contender contender in options.Wants("memory") ? field.Plain("memory") : [])
    {
        Console.Error.WriteLine($"  memory: {contender.Name}");
        memory.Add(await new MemoryRun(options).RunAsync(contender));
    }

    return new Report
    {
        Machine = await MachineAsync(),
        Versions = [await FirstLineAsync("nginx", "-v"), await FirstLineAsync("haproxy", "-v"), await FirstLineAsync("openssl", "version")],
        Rounds = options.Rounds,
        Seconds = options.Seconds,
        IsPinned = options.ProxyProcessor is not null,
        Scenarios = results,
        Memory = memory,
    };
}

static async Task<string> MachineAsync()
{
    string model = (await File.ReadAllLinesAsync("/proc/cpuinfo")).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) ?? ": unknown processor";
    return string.Create(CultureInfo.InvariantCulture, $"{model[(model.IndexOf(':') + 1)..].Trim()}, {Environment.ProcessorCount} processors, Linux {Environment.OSVersion.Version}");
}

static async Task<string> FirstLineAsync(params string[] command) => (await ChildProcess.RunAsync(TimeSpan.FromSeconds(10), null, command)).Split('\n')[0];

static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
