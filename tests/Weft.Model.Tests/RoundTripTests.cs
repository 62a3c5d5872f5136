using CsCheck;
using Weft.Contracts.Api;
using Weft.Model.Text;
using Weft.Model.Traffic;
using Weft.Testing;
using Xunit;

namespace Weft.Model.Tests;

public sealed class RoundTripTests
{
    private static readonly Gen<string> s_words = Gen.OneOf(
        Gen.String,
        Constants(
            "yes", "No", "null", "~", "true", "1", "1.5", "0x10", "1e3", "", " ", "- a", "a: b", "a #b", "#a", "&a", "*a", "!a", "%a", "@a", "`a",
            "'", "\"", "a:", "{}", "[]", "\t", "\n", "\r\n", "---", "...", "=", "<<", "2001-01-01", "é", "🛒", "\u0085", "\u2028", "\ufeff", "\u0001"));

    /// <summary>Any text at all, in a place that takes any text, comes back as it was: the writer quotes what a reader could take for something else.</summary>
    [Fact]
    public void Any_annotation_survives_writing_and_reading()
        => s_words.Where(text => text.Length <= 1000 && !text.Any(char.IsSurrogate) || text == "🛒").Sample(text =>
        {
            ObjectMeta metadata = new() { Namespace = "shop", Name = "cart", Annotations = new Dictionary<string, string> { ["note"] = text } };
            Services.ServiceSpec spec = new() { Ports = [new Services.ServicePort(null, 80, 80, Services.AppProtocol.Auto)] };
            Resource<Services.ServiceSpec> resource = new(spec, metadata, new ResourceOrigin("made", new MappingBuilder().Build()));
            ParsedSet set = ModelParser.Parse([new SourceDocument("in.yaml", resource.Yaml)], "other");
            return set.Findings.Count == 0 && set.Resources.Single().Metadata.Annotations["note"] == text && set.Resources.Single().Yaml == resource.Yaml;
        });

    /// <summary>Every health check that can be said is read as it was written.</summary>
    [Fact]
    public void Any_health_check_survives_writing_and_reading()
    {
        Gen<StatusRange> ranges = Gen.Select(Gen.Int[200, 599], Gen.Int[0, 100]).Select((first, more) => new StatusRange(first, Math.Min(599, first + more)));
        Gen<TimeSpan?> times = Gen.Int[0, 60_000].Select(ms => ms < 100 ? (TimeSpan?)null : TimeSpan.FromMilliseconds(ms));
        Gen<int?> numbers = Gen.Int[0, 100].Select(number => number == 0 ? (int?)null : number);
        Gen<HealthCheck> checks = Gen.Select(Gen.Int[0, 2], ranges.Array[0, 16], times, times, numbers, numbers, Gen.Int[-1, 100]).Select((kind, statuses, interval, timeout, unhealthy, healthy, least) => new HealthCheck
        {
            Kind = (HealthCheckKind)kind,
            Path = kind == (int)HealthCheckKind.Http && least % 2 == 0 ? "/a:b?c=[1]" : null,
            Host = kind == (int)HealthCheckKind.Http && least % 3 == 0 ? "partner.example" : null,
            ExpectedStatuses = kind == (int)HealthCheckKind.Http ? statuses : [],
            GrpcService = kind == (int)HealthCheckKind.Grpc && least % 2 == 0 ? "yes" : null,
            Port = unhealthy is { } port ? port * 600 : null,
            Interval = interval,
            Timeout = timeout,
            UnhealthyThreshold = unhealthy,
            HealthyThreshold = healthy,
            MinHealthyPercent = least < 0 ? null : least,
        });
        checks.Sample(check =>
        {
            TrafficPolicySpec spec = new() { Target = new NamespacedName("shop", "cart"), HealthCheck = check };
            Resource<TrafficPolicySpec> resource = new(spec, new ObjectMeta { Namespace = "shop", Name = "cart" }, new ResourceOrigin("made", new MappingBuilder().Build()));
            ParsedSet set = ModelParser.Parse([new SourceDocument("in.yaml", resource.Yaml)], "other");
            HealthCheck? read = ((Resource<TrafficPolicySpec>)set.Resources.Single()).Spec.HealthCheck;
            return set.Findings.Count == 0 && set.Resources.Single().Yaml == resource.Yaml && read is not null
                && read.ExpectedStatuses.SequenceEqual(check.ExpectedStatuses) && read with { ExpectedStatuses = check.ExpectedStatuses } == check;
        });
    }

    /// <summary>Damaged documents give findings or resources, never an exception, and what is accepted is stable under writing and reading.</summary>
    [Fact]
    public void Damaged_documents_never_throw()
    {
        string[] sources =
        [
            .. Golden.Cases("Weft.Model.Tests", "Good", ".in.yaml").Select(name => Golden.Read("Weft.Model.Tests", "Good", name + ".in.yaml")),
            .. Golden.Cases("Weft.Model.Tests", "Bad", ".yaml").Select(name => Golden.Read("Weft.Model.Tests", "Bad", name + ".yaml")),
        ];
        const string Telling = "{}[]:-,\"'\n \t&*!|>#?%\ud800";
        Gen<char> characters = Gen.OneOf(Gen.Char, Gen.Int[0, Telling.Length - 1].Select(index => Telling[index]));
        Gen<(int, int, int, char)[]> edits = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 100_000], Gen.Int[0, 40], characters).Array[1, 6];
        Gen.Select(Gen.Int[0, sources.Length - 1], edits).Sample((index, changes) =>
        {
            string text = changes.Aggregate(sources[index], Damage);
            ParsedSet set = ModelParser.Parse([new SourceDocument("in.yaml", text)], "shop");
            return set.Resources.All(resource =>
            {
                ParsedSet again = ModelParser.Parse([new SourceDocument("again.yaml", resource.Yaml)], "shop");
                return again.Findings.Count == 0 && again.Resources.Single().Yaml == resource.Yaml;
            });
        });
    }

    private static Gen<T> Constants<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static string Damage(string text, (int Kind, int Position, int Length, char Character) edit)
    {
        if (text.Length == 0)
        {
            return text;
        }

        int at = edit.Position % text.Length;
        int length = Math.Min(edit.Length, text.Length - at);
        return edit.Kind switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, edit.Character.ToString()),
            2 => text.Insert(at, text.Substring(at, length)),
            3 => text[..at],
            4 => text.Remove(at, 1).Insert(at, edit.Character.ToString()),
            _ => text.Insert(at, text.Substring(text.Length - length)),
        };
    }
}
