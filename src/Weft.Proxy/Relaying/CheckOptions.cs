using System.Globalization;
using Weft.Contracts.Mesh;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Relaying;

/// <summary>The options of a relay that say how its upstreams are checked.</summary>
/// <param name="IsGiven">Whether they are.</param>
/// <param name="Rule">How.</param>
/// <param name="Other">An option that only changes how, as long as <c>--check</c> is missing.</param>
internal sealed record CheckOptions(bool IsGiven, HealthCheckRule Rule, string? Other)
{
    private const string Grpc = "grpc";

    public static CheckOptions None { get; } = new(false, new HealthCheckRule(), null);

    public static IReadOnlyList<string> Names { get; } =
        ["--check", "--check-expect", "--check-host", "--check-interval", "--check-timeout", "--check-unhealthy", "--check-healthy", "--check-min-healthy"];

    /// <summary>With one more option, whose value is read.</summary>
    public CheckOptions With(OptionReader reader) => reader.Name switch
    {
        "--check" => this with { IsGiven = true, Rule = Kind(Rule, reader.Text()) },
        "--check-expect" => Changed(Rule with { Statuses = [.. reader.Text().Split(',').Select(Range)] }, reader),
        "--check-host" => Changed(Rule with { Host = Visible(reader.Name, reader.Text()) }, reader),
        "--check-interval" => Changed(Rule with { IntervalMs = reader.Number(HealthCheckRule.LeastIntervalMs, HealthCheckRule.MostIntervalMs) }, reader),
        "--check-timeout" => Changed(Rule with { TimeoutMs = reader.Number(10, HealthCheckRule.MostTimeoutMs) }, reader),
        "--check-unhealthy" => Changed(Rule with { UnhealthyThreshold = reader.Number(1, HealthCheckRule.ThresholdMax) }, reader),
        "--check-healthy" => Changed(Rule with { HealthyThreshold = reader.Number(1, HealthCheckRule.ThresholdMax) }, reader),
        _ => Changed(Rule with { MinHealthyPercent = reader.Number(0, 100) }, reader),
    };

    private CheckOptions Changed(HealthCheckRule rule, OptionReader reader) => this with { Rule = rule, Other = reader.Name };

    private static HealthCheckRule Kind(HealthCheckRule rule, string text)
    {
        if (text.StartsWith('/'))
        {
            return rule with { Kind = CheckKind.Http, Path = Visible("--check", text) };
        }

        if (text == Grpc || (text.StartsWith(Grpc + ":", StringComparison.Ordinal) && text.Length > Grpc.Length + 1))
        {
            return rule with { Kind = CheckKind.Grpc, GrpcService = text == Grpc ? "" : Visible("--check", text[(Grpc.Length + 1)..]) };
        }

        return text == "tcp" ? rule with { Kind = CheckKind.Tcp }
            : throw new UsageException($"--check: \"{text}\" is no check; write a path as in /healthz, grpc, grpc:SERVICE or tcp");
    }

    private static string Visible(string option, string text) => text.Length <= 1_024 && text.All(static c => c is > ' ' and <= '~') ? text
        : throw new UsageException($"{option}: \"{text}\" has a blank or a character that is not ASCII, or is longer than 1024");

    private static (int First, int Last) Range(string text)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        bool isRange = TryStatus(dash < 0 ? text : text[..dash], out int first) & TryStatus(text[(dash + 1)..], out int last);
        return isRange && first <= last ? (first, last)
            : throw new UsageException($"--check-expect: \"{text}\" is no status; write numbers from 200 to 599, as in 200-299,404");
    }

    private static bool TryStatus(string text, out int status)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && text.Length == 3 && status is >= 200 and <= 599;
}
