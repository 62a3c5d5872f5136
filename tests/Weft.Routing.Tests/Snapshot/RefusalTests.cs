using Weft.Contracts;
using Weft.Contracts.Mesh;
using Weft.Routing.Snapshot;
using Xunit;

namespace Weft.Routing.Tests.Snapshot;

/// <summary>Every way in which a resource can be wrong, and the words that say so.</summary>
public sealed class RefusalTests
{
    public static TheoryData<string, RawResource> Bad => new()
    {
        { "a number is cut off", new RawResource(TypeUrls.Service, "shop/cart", "1", [34]) },
        { "is not known to this version", new RawResource(TypeUrls.Prefix + "Weather", "x", "1", []) },
        { "but the resource is named", Meshes.Raw(Meshes.Service("shop/a")) with { Name = "shop/b" } },
        { "is not <namespace>/<name>", Meshes.Raw(Meshes.Service("shop/a")) with { Name = "a" } },
        { "virtual_address \"nowhere\"", Change(s => s.VirtualAddress = "nowhere") },
        { "ports[0].number 0", Change(s => s.Ports.Add(new Port())) },
        { "ports[0].number 65536", Change(s => s.Ports.Add(new Port { Number = 65536 })) },
        { "is given twice", Change(s => s.Ports.AddRange([new Port { Number = 1 }, new Port { Number = 1 }])) },
        { "ports[0].protocol has the value 9", Change(s => s.Ports.Add(new Port { Number = 1, Protocol = (Protocol)9 })) },
        { "balancing has the value 7", Change(s => s.Balancing = (Contracts.Mesh.Balancing)7) },
        { "connect_timeout_ms", Change(s => s.ConnectTimeoutMs = uint.MaxValue) },
        { "max_ejected_percent 101", Change(s => s.OutlierDetection = new OutlierDetection { MaxEjectedPercent = 101 }) },
        { "consecutive_failures", Change(s => s.OutlierDetection = new OutlierDetection { ConsecutiveFailures = uint.MaxValue }) },
        { "health_check.kind has the value 3", Change(s => s.HealthCheck = new HealthCheck { Kind = (CheckKind)3 }) },
        { "health_check.port 70000", Change(s => s.HealthCheck = new HealthCheck { Port = 70_000 }) },
        { "health_check.path is not visible ASCII", Change(s => s.HealthCheck = new HealthCheck { Path = "/a\r\nb: c" }) },
        { "health_check.host is not visible ASCII", Change(s => s.HealthCheck = new HealthCheck { Host = "a b" }) },
        { "health_check.grpc_service is not visible ASCII", Change(s => s.HealthCheck = new HealthCheck { GrpcService = new string('a', 1_025) }) },
        { "health_check.expected_statuses", Change(s => s.HealthCheck = new HealthCheck { ExpectedStatuses = { new StatusRange { First = 300, Last = 200 } } }) },
        { "health_check.interval_ms 99 is not between 100 and 3600000", Change(s => s.HealthCheck = new HealthCheck { IntervalMs = 99 }) },
        { "health_check.timeout_ms 60001", Change(s => s.HealthCheck = new HealthCheck { TimeoutMs = 60_001 }) },
        { "health_check.unhealthy_threshold 101", Change(s => s.HealthCheck = new HealthCheck { UnhealthyThreshold = 101 }) },
        { "health_check.healthy_threshold 101", Change(s => s.HealthCheck = new HealthCheck { HealthyThreshold = 101 }) },
        { "health_check.min_healthy_percent 101", Change(s => s.HealthCheck = new HealthCheck { MinHealthyPercent = 101 }) },
        { "health has the value 9", Change(e => e.Health = (Health)9) },
        { "weight", Change(e => e.Weight = uint.MaxValue) },
        { "whoever answers there would be believed", Change(e => e.Identity = "") },
        { "tunnel_port 70000", Change(e => e.TunnelPort = 70_000) },
        { "target_port 0", Change(e => e.Ports.Add(new TargetPort { ServicePort = 1 })) },
        { "\"shop/same\" is given twice", Meshes.Raw(Meshes.Endpoints(Meshes.Own, 2, (_, e) => e.Workload = "shop/same")) },
        { "not a regular expression", Change(r => r.Match!.Path = new PathMatch { Kind = PathMatchKind.Regex, Value = "[" }) },
        { "match.path.kind has the value 8", Change(r => r.Match!.Path = new PathMatch { Kind = (PathMatchKind)8 }) },
        { "can never match a path (EncodedSlash)", Change(r => r.Match!.Path = new PathMatch { Kind = PathMatchKind.Exact, Value = "/a%2fb" }) },
        { "can never match a path (NotAbsolute)", Change(r => r.Match!.Path = new PathMatch { Kind = PathMatchKind.Prefix, Value = "a" }) },
        { "can never match a path (IllegalByte)", Change(r => r.Match!.Path = new PathMatch { Kind = PathMatchKind.Exact, Value = "/a?b" }) },
        { "match.method \"G T\" is not a token", Change(r => r.Match!.Method = "G T") },
        { "headers[0].name \"\" is not a token", Change(r => r.Match!.Headers.Add(new ValueMatch { Value = "x" })) },
        { "headers[0].kind has the value 5", Change(r => r.Match!.Headers.Add(new ValueMatch { Name = "x", Kind = (ValueMatchKind)5 })) },
        { "query[0].name is empty", Change(r => r.Match!.Query.Add(new ValueMatch())) },
        { "hostnames \"*\"", Change(r => r.Hostnames.Add("*")) },
        { "hostnames \"a:80\"", Change(r => r.Hostnames.Add("a:80")) },
        { "parent_ports 0", Change(r => r.ParentPorts.Add(0)) },
        { "only the proxy may write", Change(r => r.RequestEdits.Add(new HeaderEdit { Name = "Transfer-Encoding", Value = "x" })) },
        { "only the proxy may write", Change(r => r.RequestEdits.Add(new HeaderEdit { Name = "X-Weft-Target", Value = "x" })) },
        { "only the proxy may write", Change(r => r.ResponseEdits.Add(new HeaderEdit { Kind = HeaderEditKind.Remove, Name = "content-length" })) },
        { "control character", Change(r => r.RequestEdits.Add(new HeaderEdit { Name = "x", Value = "a\r\nb: c" })) },
        { "request_edits[0].kind has the value 3", Change(r => r.RequestEdits.Add(new HeaderEdit { Name = "x", Kind = (HeaderEditKind)3 })) },
        { "backends[1].port 0", Change(r => r.Backends.Add(new Backend { Service = "a/b" })) },
        { "backends[1].service \"b\"", Change(r => r.Backends.Add(new Backend { Service = "b", Port = 1 })) },
        { "tls_mode has the value 2", Change(p => p.TlsMode = (TlsMode)2) },
        { "default_action has the value 2", Change(p => p.DefaultAction = (DefaultAction)2) },
        { "policies[0].action has the value 2", Change(p => p.Policies.Add(new AuthorizationPolicy { Action = (PolicyAction)2 })) },
        { "cuts a segment", Source(s => s.Identities.Add("spiffe://weft.test/ns/sh*")) },
        { "cuts a segment", Source(s => s.NotIdentities.Add("*web")) },
        { "neither the whole text nor its first or last", Source(s => s.Namespaces.Add("a*b")) },
        { "neither the whole text nor its first or last", Source(s => s.Namespaces.Add("*a*")) },
        { "neither the whole text nor its first or last", Source(s => s.Namespaces.Add("**")) },
        { "empty text", Source(s => s.NotNamespaces.Add("")) },
        { "not written as paths are compared; did you mean \"/b/\"", Operation(o => o.Paths.Add("/a/../b/*")) },
        { "can never match a path", Operation(o => o.NotPaths.Add("/a\\b")) },
        { "ports 0", Operation(o => o.Ports.Add(0)) },
        { "trace_sample_ppm 1000001", Meshes.Raw(new Telemetry { Service = Meshes.Own, TraceSamplePpm = 1_000_001 }) },
        { "access_log_sample_ppm 1000001", Meshes.Raw(new Telemetry { Service = Meshes.Own, AccessLogSamplePpm = 1_000_001 }) },
        { "slow_ms is 0", Meshes.Raw(new Telemetry { Service = Meshes.Own, SlowMs = 0 }) },
        { "slow_ms", Meshes.Raw(new Telemetry { Service = Meshes.Own, SlowMs = uint.MaxValue }) },
        { "not host/<name>@<namespace>", Meshes.Raw("host/@shop", new Destination { Service = "a/b" }) },
        { "neither host/", Meshes.Raw("cart", new Destination { Service = "a/b" }) },
        { "the address in the name", Meshes.Raw("address/cart", new Destination { Service = "a/b" }) },
        { "service \"b\"", Meshes.Raw("host/b@a", new Destination { Service = "b" }) },
        { "roots is empty", new RawResource(TypeUrls.TrustBundle, "weft.test", "1", new TrustBundle { TrustDomain = "weft.test" }.ToBytes()) },
    };

    [Theory, MemberData(nameof(Bad))]
    public void A_wrong_resource_is_refused_with_the_field_and_the_reason(string reason, RawResource resource)
    {
        Refusal? refusal = new SnapshotBuilder(Meshes.Own).Put(resource);
        Assert.NotNull(refusal);
        Assert.Equal((resource.TypeUrl, resource.Name), (refusal.TypeUrl, refusal.Name));
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
    }

    private static RawResource Change(Action<Service> change)
    {
        Service service = new() { Namespace = "shop", Name = "cart" };
        change(service);
        return Meshes.Raw(service);
    }

    private static RawResource Change(Action<Endpoint> change) => Meshes.Raw(Meshes.Endpoints(Meshes.Own, 1, (_, e) => change(e)));

    private static RawResource Change(Action<RouteRule> change)
    {
        RouteRule rule = Meshes.Rule("r");
        change(rule);
        return Meshes.Raw(Meshes.Routes(rule));
    }

    private static RawResource Change(Action<PolicySet> change)
    {
        PolicySet set = new() { Service = Meshes.Own };
        change(set);
        return Meshes.Raw(set);
    }

    private static RawResource Source(Action<PolicySource> change)
    {
        PolicySource source = new();
        change(source);
        return Rule(new PolicyRule { From = { source } });
    }

    private static RawResource Operation(Action<PolicyOperation> change)
    {
        PolicyOperation operation = new();
        change(operation);
        return Rule(new PolicyRule { To = { operation } });
    }

    private static RawResource Rule(PolicyRule rule)
        => Change((PolicySet p) => p.Policies.Add(new AuthorizationPolicy { Name = "n/p", Rules = { rule } }));
}
