using System.Globalization;
using Weft.Bench.Measuring;

namespace Weft.Bench;

/// <summary>The command line of <c>bench/run</c>.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        bench/run [OPTIONS]

        Runs nginx, HAProxy and weft-proxy relay side by side on the loopback interface, one worker each, in rounds that start with another one each time,
        and prints medians and ratios as Markdown. Proxies run on processor 0; the load and the origins on processor 1.

          --only ROW[,ROW]   plain, mtls, grpc, tcp, plain-1000, mtls-1000, large, handshakes, endpoints, routes, telemetry, tap,
                             memory (default: all)
          --rounds N         rounds of each row, 1 to 50 (default 5)
          --seconds N        length of one measurement, 1 to 60 (default 4)
          --quick            2 rounds of 2 s, and 1,000 idle connections at most: under five minutes
          --no-pin           leave the choice of processors to the kernel
          --json FILE        write everything that was measured there (default artifacts/bench/latest.json)
          --from FILE        measure nothing: take what --json wrote
          --markdown FILE    write the tables there too
          --plots DIR        draw a bar chart of each row into DIR, as SVG
          --update-docs      replace the results in docs/performance.md and the charts in docs/images
          --help             print this
        """;

    private static readonly string[] s_rows = ["plain", "mtls", "grpc", "tcp", "plain-1000", "mtls-1000", "large", "handshakes", "endpoints", "routes", "telemetry", "tap", "memory"];

    public int Rounds { get; init; } = 5;
    public int Seconds { get; init; } = 4;
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Idle connections of the memory scenario, step by step.</summary>
    public IReadOnlyList<int> IdleConnections { get; init; } = [1_000, MostIdle()];
    public int? ProxyProcessor { get; init; } = Environment.ProcessorCount > 1 ? 0 : null;
    public int? LoadProcessor { get; init; } = Environment.ProcessorCount > 1 ? 1 : null;
    public string? JsonFile { get; init; }
    public string? FromFile { get; init; }
    public string? MarkdownFile { get; init; }
    public string? PlotFolder { get; init; }
    public bool IsUpdatingDocs { get; init; }

    // What follows is said by the script, not by people.
    public string Root { get; init; } = ".";
    public string Proxy { get; init; } = "weft-proxy";
    public string Load { get; init; } = "Weft.Load";
    public string Server { get; init; } = "weft-server";
    public string Cli { get; init; } = "weft";
    public string? Yarp { get; init; }

    public bool Wants(string scenario) => Only.Count == 0 || Only.Contains(scenario);

    /// <summary>Throws <see cref="FormatException"/> with a sentence that says what is wrong.</summary>
    public static BenchOptions Parse(string[] args)
    {
        BenchOptions options = new();
        for (int i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} needs a value");
            options = args[i] switch
            {
                "--quick" => options with { Rounds = 2, Seconds = 2, IdleConnections = [1_000] },
                "--no-pin" => options with { ProxyProcessor = null, LoadProcessor = null },
                "--rounds" => options with { Rounds = Count("--rounds", Value(), 50) },
                "--seconds" => options with { Seconds = Count("--seconds", Value(), 60) },
                "--only" => options with { Only = Rows(Value()) },
                "--json" => options with { JsonFile = Value() },
                "--from" => options with { FromFile = Value() },
                "--markdown" => options with { MarkdownFile = Value() },
                "--plots" => options with { PlotFolder = Value() },
                "--update-docs" => options with { IsUpdatingDocs = true },
                "--root" => options with { Root = Value() },
                "--proxy" => options with { Proxy = Value() },
                "--load" => options with { Load = Value() },
                "--server" => options with { Server = Value() },
                "--cli" => options with { Cli = Value() },
                "--yarp" => options with { Yarp = Value() },
                _ => throw new FormatException($"unknown option {args[i]}"),
            };
        }

        return options;
    }

    /// <summary>How long the measurements will take: what they wait for on purpose, and what starting and connecting takes besides.</summary>
    public TimeSpan Estimate(IEnumerable<Scenario> scenarios)
    {
        const double StartSeconds = 0.5;
        const double LoadStartSeconds = 0.3;
        const double SettleSeconds = 2.5;
        const double ConnectionsPerS = 700;
        double seconds = scenarios.Sum(scenario => scenario.Contenders.Sum(
            contender => StartSeconds + contender.WarmUpSeconds + LoadStartSeconds + (Rounds * (Seconds + LoadStartSeconds))));
        if (Wants("memory"))
        {
            int runs = 3 * Enum.GetValues<MemoryKind>().Length;
            seconds += runs * (((IdleConnections.Count + 1) * SettleSeconds) + (IdleConnections[^1] / ConnectionsPerS));
        }

        return TimeSpan.FromSeconds(seconds);
    }

    private static string[] Rows(string text)
    {
        string[] rows = text.Split(',');
        return rows.FirstOrDefault(row => !s_rows.Contains(row)) is { } unknown
            ? throw new FormatException($"--only \"{unknown}\" is none of {string.Join(", ", s_rows)}")
            : rows;
    }

    private static int Count(string name, string text, int most)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most
            ? number
            : throw new FormatException($"{name} \"{text}\" is not a number from 1 to {most}");

    /// <summary>
    /// A proxy may need two descriptors for a client, so weft-proxy takes fewer than half of what it is allowed; where that is less than 10,000
    /// connections, everybody is measured with as many as it takes.
    /// </summary>
    private static int MostIdle()
    {
        string line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out long most) ? (int)Math.Min(10_000, most * 44 / 100 / 100 * 100) : 10_000;
    }
}
