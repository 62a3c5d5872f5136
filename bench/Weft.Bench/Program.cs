using System.Globalization;
using System.Text.Json;
using Weft.Bench;
using Weft.Bench.Clients;
using Weft.Bench.Drawing;
using Weft.Bench.Reporting;

// The clients and servers of some rows are this same program in another role, and so is the painter of .ci/pictures.
switch (args)
{
    case ["echo", string port]:
        return EchoServer.Run(Number(port));
    case ["pingpong", string port, string connections, string seconds]:
        return PingPongClient.Run(Number(port), Number(connections), Number(seconds));
    case ["handshakes", string port, string callers, string seconds, string certificate, string key]:
        return await HandshakeClient.RunAsync(Number(port), Number(callers), Number(seconds), certificate, key);
    case ["terminal", string output, string picture, string title]:
        await File.WriteAllTextAsync(picture, TerminalPicture.Draw(TerminalScreen.After(await File.ReadAllTextAsync(output)), title));
        return 0;
    case [.., "--help" or "-h"]:
        Console.WriteLine(BenchOptions.Usage);
        return 0;
    default:
        break;
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

Report report = options.FromFile is null
    ? await Bench.RunAsync(options)
    : JsonSerializer.Deserialize(await File.ReadAllTextAsync(options.FromFile), ReportJson.Default.Report) ?? throw new InvalidDataException(options.FromFile + " is empty");
await Results.WriteAsync(report, options);
return report.Scenarios.Any(scenario => scenario.Rows.Any(row => row.Failure is not null)) || report.Memory.Any(row => row.Failure is not null) ? 1 : 0;

static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
