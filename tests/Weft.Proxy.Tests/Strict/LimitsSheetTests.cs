using System.Globalization;
using System.Text.RegularExpressions;
using Weft.Contracts.Protobuf;
using Weft.Proxy.Health;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Routing;
using Weft.Testing;
using Weft.Wire;
using Xunit;

namespace Weft.Proxy.Tests.Strict;

/// <summary>
/// Walks docs/reference/limits.md row by row: each has tests that probe it (<see cref="LimitAttribute"/>, in any suite), says what the program's constants say, and names
/// reasons that exist. A row without a test, and a test without a row, fail.
/// </summary>
public sealed partial class LimitsSheetTests
{
    private static readonly IReadOnlyList<Row> Sheet = ReadSheet();
    private static readonly ILookup<string, string> Probes = ReadProbes();

    public static TheoryData<string> Items => [.. Sheet.Select(static row => row.Item)];

    /// <summary>What the program has, in the words of the sheet.</summary>
    public static TheoryData<string, string> Constants => new()
    {
        { "Request line; `:path` in HTTP/2", Kib(HeadLimits.Default.StartLine) },
        { "Fields", Number(HeadLimits.Default.Fields) },
        { "Bytes of the fields; HTTP/2 counts name + value + 32 each, cookie crumbs included", Kib(HeadLimits.Default.FieldBytes) },
        { "Trailers", $"{HeadLimits.Trailers.Fields} fields, {Kib(HeadLimits.Trailers.FieldBytes)}" },
        { "From the first byte of a head to its last", Seconds(ConnectionLimits.Default.HeadMs) },
        { "TLS handshake", Seconds(ConnectionLimits.Default.HandshakeMs) },
        { "Certificates that a peer shows in a handshake", Kib(TlsContext.PeerCertificatesMax) },
        { "First bytes that tell the protocol", Seconds(ConnectionLimits.Default.DetectMs) },
        { "Idle client connection", Seconds(ConnectionLimits.Default.IdleMs) },
        { "Idle upstream HTTP/1.1 connection", Seconds(ConnectionLimits.Default.UpstreamIdleMs) + "," },
        { "Age of a client connection", $"{ConnectionLimits.Default.AgeMs / 3_600_000} h ± 10 %" },
        { "Open streams", Number(ConnectionLimits.Default.StreamsMax) },
        { "Endpoints that a proxy checks itself", EndpointChecks.PlacesMax.ToString("N0", CultureInfo.InvariantCulture) },
        { "Health checks of endpoints that are under way at once", Number(EndpointChecks.ConcurrentMax) },
        { "protobuf from the control plane", $"depth {ProtoLimits.MaxDepth}, {ProtoLimits.MaxMessageBytes / 1024 / 1024} MiB" },
    };

    [Theory]
    [MemberData(nameof(Items))]
    public void Every_row_is_probed(string item) => Assert.NotEmpty(Probes[item]);

    [Fact]
    public void Every_probe_has_its_row() => Assert.Empty(Probes.Select(static probe => probe.Key).Except(Sheet.Select(static row => row.Item)));

    [Theory]
    [MemberData(nameof(Constants))]
    public void A_row_says_what_the_program_has(string item, string text)
    {
        string said = Sheet.Single(row => row.Item == item).Default;
        Assert.True(said == text || said.StartsWith(text + " ", StringComparison.Ordinal) || said.StartsWith(text + ",", StringComparison.Ordinal), $"\"{said}\" is not \"{text}\"");
    }

    [Fact]
    public void Every_reason_of_a_row_exists()
    {
        HashSet<string> known = [.. Enum.GetValues<EndReason>().Select(EndReasons.Code)];
        string[] named = [.. Sheet.SelectMany(static row => Reason().Matches(row.Reasons).Select(static match => match.Groups[1].Value))];
        Assert.True(named.Length > 20);
        Assert.Empty(named.Except(known));
    }

    private static string Kib(int bytes) => $"{bytes / 1024} KiB";

    private static string Seconds(int ms) => $"{ms / 1_000} s";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static List<Row> ReadSheet()
    {
        List<Row> rows = [];
        foreach (string line in File.ReadLines(Path.Combine(Golden.Root, "docs", "reference", "limits.md")).Where(static line => line.StartsWith("| ", StringComparison.Ordinal)))
        {
            string[] cells = [.. line.Trim('|').Split(" | ").Select(static cell => cell.Trim())];
            if (cells[0] is not ("Item" or "From"))
            {
                rows.Add(new Row(cells[0], cells[1], cells.Length > 3 ? cells[3].TrimEnd('|').Trim() : ""));
            }
        }

        Assert.True(rows.Count > 30, "the sheet could not be read");
        return rows;
    }

    /// <summary>From the sources, since the tests are in several programs: the item, and the test below it.</summary>
    private static ILookup<string, string> ReadProbes()
        => Directory.EnumerateFiles(Path.Combine(Golden.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(static file => Probe().Matches(File.ReadAllText(file)).Select(match => (Item: match.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal), Test: match.Groups[2].Value)))
            .ToLookup(static probe => probe.Item, static probe => probe.Test);

    [GeneratedRegex("""^    \[Limit\("(.+)"\)\]\r?\n(?:    \[.*\]\r?\n)*    public (?:async Task|void) (\w+)\(""", RegexOptions.Multiline)]
    private static partial Regex Probe();

    [GeneratedRegex("`([A-Z_]+)`")]
    private static partial Regex Reason();

    private sealed record Row(string Item, string Default, string Reasons);
}
