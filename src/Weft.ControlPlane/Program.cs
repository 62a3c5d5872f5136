using Weft.ControlPlane;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.Out.WriteLine(ServerSettings.HelpText);
    return ServerExit.Ok;
}

try
{
    ServerSettings settings = ServerSettings.Parse(args, Environment.GetEnvironmentVariable);
    return await ServerHost.RunAsync(settings, TimeProvider.System, Console.Out);
}
catch (ServerStartException fault)
{
    Console.Error.WriteLine($"weft server: {fault.Message}");
    Console.Error.WriteLine($"  fix: {fault.Fix}");
    return fault.ExitCode;
}
