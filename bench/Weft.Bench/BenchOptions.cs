using System.Globalization;

namespace Weft.Bench;

/// <summary>The command line of <c>bench/run</c>.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        bench/run [--rounds 5] [--seconds 4] [--quick] [--only plain,mtls,plain-1000,mtls-1000,tcp,memory] [--no-pin] [--json FILE]

        Runs nginx, HAProxy and weft-proxy relay side by side on the loopback interface, one worker each, in rounds that start with another one each time,
        and prints medians as Markdown. Proxies run on processor 0, the load and the origin on processor 1 (--no-pin: anywhere). --quick: 3 rounds of 2 s.
        """;

    public int Rounds { get; init; } = 5;
    public int Seconds { get; init; } = 4;
    public IReadOnlyList<string> Only { get; init; } = [];
    public int? ProxyProcessor { get; init; } = Environment.ProcessorCount > 1 ? 0 : null;
    public int? LoadProcessor { get; init; } = Environment.ProcessorCount > 1 ? 1 : null;
    public string? JsonFile { get; init; }
    public string Proxy { get; init; } = "weft-proxy";
    public string Load { get; init; } = "Weft.Load";

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
                "--quick" => options with { Rounds = 3, Seconds = 2 },
                "--no-pin" => options with { ProxyProcessor = null, LoadProcessor = null },
                "--rounds" => options with { Rounds = Count("--rounds", Value(), 50) },
                "--seconds" => options with { Seconds = Count("--seconds", Value(), 60) },
                "--only" => options with { Only = Value().Split(',') },
                "--json" => options with { JsonFile = Value() },
                "--proxy" => options with { Proxy = Value() },
                "--load" => options with { Load = Value() },
                _ => throw new FormatException($"unknown option {args[i]}"),
            };
        }

        return options;
    }

    private static int Count(string name, string text, int most)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most
            ? number
            : throw new FormatException($"{name} \"{text}\" is not a number from 1 to {most}");
}
