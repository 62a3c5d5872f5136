using System.Diagnostics;
using SharpFuzz;

namespace Weft.Fuzz;

/// <summary>
/// A copy of this program whose parsers count where they pass through. The build's own files stay as they are: the tests and the published programs are made of them.
/// </summary>
internal static class InstrumentedCopy
{
    private const string Mark = "WEFT_FUZZ_INSTRUMENTED";

    /// <summary>The programs that are instrumented, and the beginning of the names of types within them.</summary>
    private static readonly (string File, string[] Types)[] s_instrumented =
    [
        ("Weft.Wire.dll", ["Weft.Wire."]),
        ("Weft.Contracts.dll", ["Weft.Contracts."]),
        ("Weft.Identity.dll", ["Weft.Identity."]),
        ("Weft.Primitives.dll", ["Weft.Primitives."]),
        ("Weft.Routing.dll", ["Weft.Routing."]),
        ("Weft.Model.dll", ["Weft.Model."]),
        ("Weft.Authority.dll", ["Weft.Authority."]),
        ("weft-proxy.dll", ["Weft.Proxy."]),
        ("weft-server.dll", ["Weft.ControlPlane.Prometheus.", "Weft.ControlPlane.Generation.", "Weft.ControlPlane.Checks.", "Weft.ControlPlane.Api.ApiTime"]),
        ("weft.dll", ["Weft.Cli.DurationText"]),

        // Not ours, but the way of a text through it is the way that ours takes it.
        ("YamlDotNet.dll", ["YamlDotNet.Core."]),
        ("Weft.Testing.dll", ["Weft.Testing."]),
    ];

    /// <summary>Whether this process is the copy.</summary>
    internal static bool IsThis => Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>Makes the copy anew, runs it with the same arguments and hands through its exit code.</summary>
    internal static int Run(string[] args)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "instrumented");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        foreach ((string file, string[] types) in s_instrumented)
        {
            Fuzzer.Instrument(Path.Combine(folder, file), type => types.Any(start => type.StartsWith(start, StringComparison.Ordinal)), Options.Value);
        }

        ProcessStartInfo start = new(Path.Combine(folder, "Weft.Fuzz"), args) { UseShellExecute = false };
        start.Environment[Mark] = "1";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("the instrumented copy did not start");
        process.WaitForExit();
        return process.ExitCode;
    }
}
