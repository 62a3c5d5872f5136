using System.Diagnostics;
using System.Text.Json;
using Weft.Replay;

const int OutputCharacters = 2_000;
if (args.Contains("--help"))
{
    Console.Out.WriteLine(ReplayOptions.HelpText);
    return 0;
}

ServerProgram? running = null;
try
{
    ReplayOptions options = ReplayOptions.Parse(args);
    MeshPlan plan = new(options);
    using ServerProgram server = await ServerProgram.StartAsync(options.Server, options.Web is not null);
    running = server;
    long begin = Stopwatch.GetTimestamp();
    using Fleet fleet = await Fleet.JoinAsync(options, plan, server);
    double joinSeconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
    Console.Error.WriteLine($"joined in {joinSeconds:0.0} s, {server.ResidentKiB / 1024} MiB");
    Measurement measurement = new(options, server, fleet);
    await measurement.RunAsync();
    Console.Out.WriteLine(Report.Write(options, plan, fleet, measurement, joinSeconds, server.FileBytes));
    if (options.Json is { } file)
    {
        File.WriteAllText(file, JsonSerializer.Serialize(new { measurement.Seconds, measurement.Times, fleet.Made, measurement.Counted, joinSeconds }));
    }

    bool isWell = measurement.Counted == fleet.Made && measurement.Culprit == measurement.PlantedPath.LastOrDefault();
    return isWell ? 0 : 1;
}
catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or HttpRequestException or OperationCanceledException or Grpc.Core.RpcException)
{
    string output = running?.Output ?? "";
    Console.Error.WriteLine($"Weft.Replay: {fault.Message} {fault.InnerException?.Message}");
    Console.Error.WriteLine(output.Length <= OutputCharacters ? output : output[^OutputCharacters..]);
    return 64;
}
