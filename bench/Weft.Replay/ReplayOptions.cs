using System.Globalization;

namespace Weft.Replay;

/// <summary>What is played, and for how long.</summary>
internal sealed record ReplayOptions
{
    internal const string HelpText =
        """
        Play the telemetry of a large mesh to one real weft-server on one processor, and measure the server.

          --server FILE     the program weft-server
          --services N      services (2000)
          --edges N         pairs of services that call each other (20000)
          --proxies N       sessions, each on a TLS connection of its own (5000)
          --rps N           requests a second in the whole mesh (20000)
          --flows N         flow records a second in the whole mesh (1000)
          --seconds N       how long it is measured after everybody has joined (180)
          --share           proxies of one service share one connection, for machines that have not the memory for as many
          --page            one dashboard reads the stream of events all the time
          --web FOLDER      look at the map in Chromium when the seconds are over: web/ of the repository, with its packages
          --json FILE       the figures as JSON
        """;

    internal string Server { get; private set; } = "";

    internal int Services { get; private set; } = 2_000;

    internal int Edges { get; private set; } = 20_000;

    internal int Proxies { get; private set; } = 5_000;

    internal int RequestsPerSecond { get; private set; } = 20_000;

    internal int FlowsPerSecond { get; private set; } = 1_000;

    internal int Seconds { get; private set; } = 180;

    internal bool SharesConnections { get; private set; }

    internal bool WithPage { get; private set; }

    internal string? Web { get; private set; }

    internal string? Json { get; private set; }

    /// <exception cref="ArgumentException">An option is unknown or has a bad value; the message says which.</exception>
    internal static ReplayOptions Parse(string[] args)
    {
        ReplayOptions options = new();
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            if (name == "--page")
            {
                options.WithPage = true;
                continue;
            }

            if (name == "--share")
            {
                options.SharesConnections = true;
                continue;
            }

            string value = ++i < args.Length ? args[i] : throw new ArgumentException($"{name} lacks its value");
            switch (name)
            {
                case "--server": options.Server = value; break;
                case "--web": options.Web = value; break;
                case "--json": options.Json = value; break;
                case "--services": options.Services = Number(name, value, 2, 10_000); break;
                case "--edges": options.Edges = Number(name, value, 1, 50_000); break;
                case "--proxies": options.Proxies = Number(name, value, 1, 10_000); break;
                case "--rps": options.RequestsPerSecond = Number(name, value, 1, 10_000_000); break;
                case "--flows": options.FlowsPerSecond = Number(name, value, 0, 100_000); break;
                case "--seconds": options.Seconds = Number(name, value, 10, 86_400); break;
                default: throw new ArgumentException($"there is no option {name}");
            }
        }

        return File.Exists(options.Server) ? options : throw new ArgumentException($"--server: there is no program \"{options.Server}\"");
    }

    private static int Number(string name, string text, int min, int max)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
            ? number
            : throw new ArgumentException($"{name} must be {min} to {max}, not \"{text}\"");
}
