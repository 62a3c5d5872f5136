using System.Globalization;
using Weft.Cli.Output;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;

namespace Weft.Cli.Commands;

/// <summary>Answers to "why" for people: the verdict, then step by step.</summary>
internal static class WhyText
{
    public static void Write(CommandRun run, WhyAnswer answer)
    {
        Verdict(run, answer.Verdict.Ok, answer.Verdict.Code, answer.Verdict.Text);
        if (answer.Now is { } now)
        {
            run.Output.Line($"  now: {Mark(run, now.Ok).Text} {now.Text}{(now.Code is null ? "" : $" ({now.Code})")}");
        }

        var rows = new TextTable(new Column(""), new Column("STEP"), new Column("WHAT"), new Column("DECIDED BY"), new Column("COMMIT", Right: true, Wide: true));
        foreach (var step in answer.Steps)
        {
            rows.Add(Mark(run, step.Ok), step.Name, step.Text, DecidedBy(step), step.Commit is { } commit ? Units.Count(commit) : Cell.None);
        }

        run.Output.Table(rows);
        if (!answer.Verdict.Ok && answer.Verdict.Code is { } code)
        {
            run.Say($"more: weft explain {code}");
        }
    }

    public static void Write(CommandRun run, FlowStory story)
    {
        Verdict(run, story.Ok, null, story.Verdict);
        if (story.Cause is { Object: { } decider } cause)
        {
            run.Output.Line($"  decided by {decider}{(cause.Line is { } line ? $" line {line.ToString(CultureInfo.InvariantCulture)}" : "")}{(cause.Commit is { } commit ? $", commit {Units.Count(commit)}" : "")}");
        }

        foreach (var hop in story.Hops)
        {
            run.Output.Line("");
            WriteHop(run, hop);
        }

        if (story.Cause?.Code is { } code)
        {
            run.Say($"more: weft explain {code}");
        }
    }

    private static void Verdict(CommandRun run, bool ok, string? code, string text)
    {
        var mark = Mark(run, ok);
        run.Output.Line(run.OutStyle.Paint(mark.Tone, $"{mark.Text} {text}{(code is null ? "" : $" ({code})")}"));
    }

    private static Cell Mark(CommandRun run, bool ok)
        => ok ? new Cell(run.OutStyle.Good, Tone.Good) : new Cell(run.OutStyle.Bad, Tone.Bad);

    private static string? DecidedBy(WhyStep step)
    {
        if (step.Object is null || step.Line is not { } line)
        {
            return step.Object;
        }

        var number = line.ToString(CultureInfo.InvariantCulture);
        return step.File is { } file ? $"{step.Object} {TextWidth.Safe(file)}:{number}" : $"{step.Object} line {number}";
    }

    private static void WriteHop(CommandRun run, FlowRecord hop)
    {
        var side = hop.Direction == Direction.Outbound ? "beside the caller" : "beside the service";
        run.Output.Line(run.OutStyle.Paint(Tone.Strong, $"{(hop.Proxy.Length > 0 ? hop.Proxy : FlowRows.NameOf(hop.Direction == Direction.Outbound ? hop.Source : hop.Destination))}, {side}"));
        foreach (var (name, text) in Facts(hop))
        {
            if (text.Length > 0)
            {
                run.Output.Line($"  {name,-11} {TextWidth.Safe(text)}");
            }
        }

        if (hop.Attempts.Count > 0)
        {
            run.Output.Line("  attempts");
            foreach (var attempt in hop.Attempts)
            {
                run.Output.Line($"    {attempt.Endpoint}  {attempt.Reason}{(attempt.Status > 0 ? $" {attempt.Status}" : "")}  waited {Ms(attempt.QueueUs)}, connected in {Ms(attempt.ConnectUs)}, answered in {Ms(attempt.WaitUs)}");
            }
        }

        if (hop.Considered.Count > 0)
        {
            run.Output.Line("  endpoints");
            foreach (var endpoint in hop.Considered)
            {
                run.Output.Line($"    {endpoint.Endpoint}  {endpoint.Verdict}  usually {Ms(endpoint.EwmaUs)}, {Units.Plural(endpoint.Active, "request")} on it");
            }
        }
    }

    private static IEnumerable<(string Name, string Text)> Facts(FlowRecord hop)
    {
        yield return ("ended", hop.Reason + (hop.Status > 0 ? $", status {hop.Status}" : "") + (hop.GrpcStatus > 0 ? $", gRPC status {hop.GrpcStatus}" : "") + (hop.Detail.Length > 0 ? $": {hop.Detail}" : ""));
        yield return ("request", $"{hop.Method} {hop.Host}{hop.Path} ({hop.Protocol})".Trim());
        yield return ("from", Who(hop.Source));
        yield return ("to", Who(hop.Destination));
        yield return ("route", hop.Route);
        yield return ("template", hop.Template);
        yield return ("backend", hop.Backend);
        yield return ("policy", hop.Policy);
        yield return ("commit", hop.Commit > 0 ? hop.Commit.ToString(CultureInfo.InvariantCulture) : "");
        yield return ("secured", Secured(hop));
        yield return ("time", Times(hop.Timing));
    }

    private static string Who(Party? party)
        => party is null ? "" : string.Join("  ", new[] { party.Service, party.Workload, party.Identity, party.Address }.Where(text => text.Length > 0));

    private static string Times(Timing? timing)
    {
        if (timing is null)
        {
            return "";
        }

        var parts = new (string Name, uint Us)[]
        {
            ("client's network", timing.ClientRttUs), ("waiting for a connection", timing.QueueUs), ("connecting", timing.ConnectUs), ("server's network", timing.ServerRttUs), ("application", timing.ApplicationUs),
            ("transfer", timing.TransferUs),
        };
        return $"{Ms(timing.TotalUs)}: {string.Join(", ", parts.Where(part => part.Us > 0).Select(part => $"{part.Name} {Ms(part.Us)}"))}".TrimEnd(' ', ':');
    }

    /// <summary>Beside the caller what counts is the connection to the other proxy, beside the service the one from it.</summary>
    private static string Secured(FlowRecord hop)
    {
        if (hop.Tls is not { } tls)
        {
            return "no, plain";
        }

        var (version, cipher) = hop.Direction == Direction.Outbound ? (tls.UpstreamVersion, tls.UpstreamCipher) : (tls.Version, tls.Cipher);
        return $"{(tls.Mutual ? "mutual " : "")}TLS {version} {cipher}".TrimEnd();
    }

    private static string Ms(uint us) => us < 1_000 ? string.Create(CultureInfo.InvariantCulture, $"{us}µs") : Units.Milliseconds(us / 1_000.0).Text;
}
