using System.Globalization;
using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Traffic;

/// <summary>The field <c>healthCheck</c> of a TrafficPolicy. What it is asked about is chosen by which of <c>http</c>, <c>grpc</c> and <c>tcp</c> is there.</summary>
internal static class HealthCheckCodec
{
    private const int PathCharsMax = 1_024;
    private const int ServiceCharsMax = 256;
    private const int RangesMax = 16;
    private const int LeastStatus = 200;
    private const int MostStatus = 599;
    private const int ThresholdMax = 100;

    private static readonly string[] s_kinds = ["http", "grpc", "tcp"];

    public static HealthCheck? Read(ObjectReader reader)
    {
        ObjectReader? http = reader.Object("http");
        ObjectReader? grpc = reader.Object("grpc");
        ObjectReader? tcp = reader.Object("tcp");
        HealthCheck check = new()
        {
            Kind = http is not null ? HealthCheckKind.Http : grpc is not null ? HealthCheckKind.Grpc : HealthCheckKind.Tcp,
            Path = http is null ? null : ReadPath(http),
            Host = http is null ? null : ReadHost(http),
            ExpectedStatuses = http is null ? [] : ReadStatuses(http),
            GrpcService = grpc is null ? null : ReadService(grpc),
            Port = reader.Integer("port", 1, 65535),
            Interval = reader.Duration("interval", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            Timeout = reader.Duration("timeout", TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
            UnhealthyThreshold = reader.Integer("unhealthyThreshold", 1, ThresholdMax),
            HealthyThreshold = reader.Integer("healthyThreshold", 1, ThresholdMax),
            MinHealthyPercent = reader.Integer("minHealthyPercent", 0, 100),
        };
        http?.Finish();
        grpc?.Finish();
        tcp?.Finish();
        reader.Finish();
        string[] given = [.. s_kinds.Where(reader.Has)];
        if (given.Length == 1)
        {
            return check;
        }

        reader.FailHere(
            given.Length == 0 ? FindingCodes.Missing : FindingCodes.Conflict,
            given.Length == 0 ? "has a health check that does not say what is asked" : $"has a health check of several kinds: {string.Join(", ", given)}",
            "a health check has one of: http, grpc, tcp",
            given.Length == 0 ? "add one of them, for example: http: {path: /healthz}" : "keep one of them");
        return null;
    }

    public static MappingNode Write(HealthCheck check)
    {
        MappingBuilder how = new();
        how.Add("path", check.Path).Add("host", check.Host).Add("expectedStatuses", check.ExpectedStatuses, WriteRange).Add("service", check.GrpcService);
        return new MappingBuilder()
            .Add(s_kinds[check.Kind switch { HealthCheckKind.Http => 0, HealthCheckKind.Grpc => 1, _ => 2 }], how.Build())
            .Add("port", check.Port)
            .Add("interval", check.Interval)
            .Add("timeout", check.Timeout)
            .Add("unhealthyThreshold", check.UnhealthyThreshold)
            .Add("healthyThreshold", check.HealthyThreshold)
            .Add("minHealthyPercent", check.MinHealthyPercent)
            .Build();
    }

    private static string? ReadPath(ObjectReader http)
    {
        string? path = http.Text("path", PathCharsMax);
        if (path is not null && (!path.StartsWith('/') || !path.All(static c => c is > ' ' and <= '~' and not '#')))
        {
            http.Fail(FindingCodes.BadValue, "path", $"has a bad path for its health check \"{path}\"", "a path begins with \"/\" and is ASCII without blanks and \"#\"", "write it like /healthz");
            return null;
        }

        return path;
    }

    private static string? ReadHost(ObjectReader http)
    {
        string? host = http.Text("host");
        if (host is not null && !DnsName.IsHost(host))
        {
            http.Fail(FindingCodes.BadValue, "host", $"has a bad host for its health check \"{host}\"", "a host is a DNS name in lower case", "write it like partner.example.com");
            return null;
        }

        return host;
    }

    private static string? ReadService(ObjectReader grpc)
    {
        string? service = grpc.Text("service", ServiceCharsMax);
        if (service is not null && (service.Length == 0 || !service.All(static c => c is > ' ' and <= '~')))
        {
            grpc.Fail(FindingCodes.BadValue, "service", $"has a bad gRPC service for its health check \"{service}\"", "a service is ASCII without blanks", "write it like shop.v1.Orders, or leave it away to ask about the whole server");
            return null;
        }

        return service;
    }

    private static List<StatusRange> ReadStatuses(ObjectReader http)
    {
        List<StatusRange> ranges = [];
        foreach ((string text, Action<string, string, string> fail) in http.NumbersOrTexts("expectedStatuses", RangesMax))
        {
            if (TryParse(text, out StatusRange range))
            {
                ranges.Add(range);
            }
            else
            {
                fail(
                    $"has a bad status \"{text}\" in expectedStatuses",
                    $"a status is a number from {LeastStatus} to {MostStatus}, or two of them as in 200-299, the smaller first",
                    "correct the status");
            }
        }

        return ranges;
    }

    private static bool TryParse(string text, out StatusRange range)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        bool isFirst = TryParseStatus(dash < 0 ? text : text[..dash], out int first);
        bool isLast = TryParseStatus(text[(dash + 1)..], out int last);
        range = new StatusRange(first, last);
        return isFirst && isLast && first <= last;
    }

    private static bool TryParseStatus(string text, out int status)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && text.Length == 3 && status is >= LeastStatus and <= MostStatus;

    private static ScalarNode WriteRange(StatusRange range) => range.First == range.Last
        ? ScalarNode.OfInteger(range.First)
        : ScalarNode.OfText(string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}"));
}
