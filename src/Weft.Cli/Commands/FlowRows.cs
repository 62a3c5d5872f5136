using System.Globalization;
using Weft.Cli.Output;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;

namespace Weft.Cli.Commands;

/// <summary>Flow records as rows: one line for an exchange, the same in <c>tap</c> and <c>logs</c>.</summary>
internal static class FlowRows
{
    private const int FailedFrom = 500;
    private const int RefusedFrom = 400;

    public static IReadOnlyList<Column> Columns { get; } =
    [
        new("TIME"), new("SIDE"), new("SRC"), new("DST"), new("METHOD"), new("PATH"), new("STATUS", Right: true), new("LATENCY", Right: true), new("REASON"),
        new("APP", Right: true, Wide: true), new("CLIENT-NET", Right: true, Wide: true), new("SERVER-NET", Right: true, Wide: true), new("WAIT", Right: true, Wide: true), new("TRIES", Right: true, Wide: true),
        new("TLS", Wide: true), new("ROUTE", Wide: true), new("REQUEST-ID", Wide: true), new("HEADERS", Wide: true),
    ];

    public static RowStream Open(CommandRun run)
        => new RowStream(run.Host.Out, run.OutStyle, run.Format == OutputFormat.Wide, Columns).Begin(12, 4, 14, 14, 6, 24, 6, 7, 15);

    public static Cell[] Of(FlowRecord flow)
    {
        var timing = flow.Timing ?? new Timing();
        return
        [
            DateTimeOffset.FromUnixTimeMilliseconds(flow.StartUnixUs / 1_000).UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture),
            new Cell(flow.Direction == Direction.Outbound ? "out" : "in", Tone.Dim),
            NameOf(flow.Source),
            NameOf(flow.Destination),
            flow.Method.Length > 0 ? flow.Method : flow.Protocol,
            flow.Path,
            Status(flow),
            Part(timing.TotalUs),
            flow.Reason == "OK" ? new Cell("OK", Tone.Dim) : new Cell(flow.Reason, Tone.Bad),
            Part(timing.ApplicationUs),
            Part(timing.ClientRttUs),
            Part(timing.ServerRttUs),
            Part(timing.QueueUs + timing.ConnectUs),
            flow.Attempts.Count > 1 ? new Cell(Units.Count(flow.Attempts.Count), Tone.Warning) : Units.Count(flow.Attempts.Count),
            flow.Tls is { Mutual: true } ? new Cell("mTLS", Tone.Good) : flow.Tls is { Version.Length: > 0 } tls ? tls.Version : new Cell("plain", Tone.Warning),
            flow.Route,
            flow.RequestId,
            string.Join(' ', flow.Headers.Select(header => $"{header.Name}={header.Value}")),
        ];
    }

    /// <summary>The service, else the workload, else the address.</summary>
    public static string NameOf(Party? party)
        => party is null ? "" : party.Service.Length > 0 ? party.Service : party.Workload.Length > 0 ? party.Workload : party.Address;

    private static Cell Status(FlowRecord flow)
    {
        if (flow.Protocol == "grpc" && flow.GrpcStatus >= 0)
        {
            return new Cell($"grpc {flow.GrpcStatus.ToString(CultureInfo.InvariantCulture)}", flow.GrpcStatus == 0 ? Tone.None : Tone.Bad);
        }

        return flow.Status == 0 ? Cell.None : new Cell(Units.Count(flow.Status), flow.Status >= FailedFrom ? Tone.Bad : flow.Status >= RefusedFrom ? Tone.Warning : Tone.None);
    }

    private static Cell Part(uint us) => us == 0 ? Cell.None : Units.Milliseconds(us / 1_000.0);
}
