using System.Text;
using System.Text.Json;
using Weft.Contracts;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.Contracts.Mesh;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Flows;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Insight;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Store;
using Weft.Identity;
using Weft.Model;
using Weft.Primitives;
using Weft.Primitives.Http;
using Weft.Routing;
using Weft.Routing.Authorization;
using Weft.Routing.Snapshot;

namespace Weft.ControlPlane.Why;

/// <summary>
/// Walks the way of a request: name, listener, route, policy, endpoints, certificate, outcomes. The same code as in the proxy decides, over the same
/// resources that the caller's and the callee's proxies would get now; each step says which object decided, and where in it.
/// </summary>
internal sealed class WhyReader(SubscriptionIndex index, WorkloadRegistry registry, Current<ModelRevision> revision, IMeshView mesh, ILiveTraffic traffic, IExchangeView flows, string trustDomain, TimeProvider time) : IWhyView
{
    private const double OutcomeSeconds = 300;

    /// <summary>Records that are looked through for one that failed.</summary>
    private const int RecordsMax = 5_000;

    /// <summary>More failures than this are what somebody asks about.</summary>
    private const double FailureShareMin = 0.01;

    public async ValueTask<WhyAnswer?> AskAsync(WhyQuestion question, ModelRevision? instead, CancellationToken stop)
    {
        if (NamespacedName.Find(question.Source) is not { } source || NamespacedName.Find(question.Destination) is not { } destination)
        {
            return null;
        }

        WhyAnswer? now = instead is null ? null : await AskAsync(question, null, stop);
        MeshView view = instead is null ? index.View : MeshViewBuilder.Preview(index.View, new ModelIndex(instead.Commit, instead.Model), registry.Snapshot());
        WhyWalk walk = new(view, instead ?? revision.Value, instead is not null, question, source, destination, service => mesh.GetChecks(service, question.Source));
        List<WhyStep> steps = [NameStep(walk), ListenerStep(walk)];
        if (walk.Callee is not null)
        {
            steps.Add(RouteStep(walk));
            steps.Add(PolicyStep(walk));
            steps.Add(EndpointsStep(walk));
            steps.Add(CertificateStep(walk));
        }

        // What has happened says nothing about what another model would do.
        string? code = null;
        if (instead is null)
        {
            (WhyStep outcomes, code) = await OutcomesAsync(question, stop);
            steps.Add(outcomes);
        }

        return new WhyAnswer { Source = question.Source, Destination = question.Destination, Steps = steps, Verdict = VerdictOf(walk, steps, code), Now = now?.Verdict };
    }

    private static WhyVerdict VerdictOf(WhyWalk walk, List<WhyStep> steps, string? outcomeCode)
    {
        if (steps.Find(static step => !step.Ok) is not { } wrong)
        {
            return new WhyVerdict(true, null, $"{walk.Question.Method} {walk.Question.Path} from {walk.Question.Source} reaches {walk.Question.Destination}");
        }

        string? code = wrong.Name == "outcomes" ? outcomeCode : walk.CodeOf(wrong.Name);
        return new WhyVerdict(false, code, wrong.Text);
    }

    private static WhyStep NameStep(WhyWalk walk)
    {
        if (walk.Callee is not { } service)
        {
            walk.Fail("name", EndReason.NoService);
            return new WhyStep { Name = "name", Ok = false, Text = $"no service {walk.Question.Destination} exists, and no workload says that it belongs to one" };
        }

        Resource? resource = walk.Model.All.FirstOrDefault(item => item.Key.Kind.KindName() == "Service" && item.Key.NamespacedName == service.Name);
        return walk.Step("name", true, service.VirtualAddress.Length > 0 ? $"{service.Name} has the virtual address {service.VirtualAddress}" : $"{service.Name} would get a virtual address", resource, "metadata.name") with
        {
            Evidence = Evidence(("virtualAddress", service.VirtualAddress), ("implicit", service.IsImplicit ? "true" : "false")),
        };
    }

    private WhyStep ListenerStep(WhyWalk walk)
    {
        List<ProxyItem> proxies = [.. mesh.GetStatus().Proxies.Where(proxy => proxy.Service == walk.Question.Source)];
        int connected = proxies.Count(static proxy => proxy.State != "disconnected");
        walk.IsCallerMeshed = proxies.Count > 0;
        if (walk.Callee is { } service && walk.Port == 0)
        {
            walk.Fail("listener", EndReason.NoPort);
            string ports = string.Join(", ", service.Ports.Select(static port => port.Port));
            return new WhyStep { Name = "listener", Ok = false, Text = $"{service.Name} has no port {walk.Question.Port}; it has {(ports.Length == 0 ? "none" : ports)}" };
        }

        string text = proxies.Count == 0
            ? $"{walk.Question.Source} has no proxy: its calls are not redirected and travel in plain text"
            : $"{connected} of {proxies.Count} proxies of {walk.Question.Source} are connected and take calls to port {walk.Port}";
        return new WhyStep
        {
            Name = "listener",
            Ok = true,
            Text = text,
            Evidence = Evidence(("port", walk.Port), ("proxies", proxies.Count), ("connected", connected), ("lagging", proxies.Count(static proxy => proxy.State is "lagging" or "refused"))),
        };
    }

    private static WhyStep RouteStep(WhyWalk walk)
    {
        Decision decision = walk.Decide();
        string rule = decision.RouteName;
        (Resource? route, int number) = DecidingObjects.RouteOf(walk.Model, rule);
        string place = DecidingObjects.RulePath(number);
        if (decision.IsRefusal && decision.Refusal != EndReason.NoHealthyEndpoint)
        {
            walk.Fail("route", decision.Refusal);
            string why = decision.Refusal switch
            {
                EndReason.NoRoute => $"{walk.Question.Destination} has routes for port {walk.Port}, and none matches {walk.Question.Method} {walk.Question.Path}",
                EndReason.NoBackend => $"rule {rule} names no backend with a weight",
                EndReason.InvalidBackend => $"the backend {decision.Backend?.Service} of rule {rule} is not valid: {(decision.Target is null ? "it does not exist, or may not be referred to" : "it has no such port")}",
                EndReason.NoService => $"the backend {decision.MissingService} of rule {rule} does not exist",
                EndReason.BadRequest => $"the path {walk.Question.Path} has no canonical form and is refused",
                _ => $"the request is refused: {EndReasons.Code(decision.Refusal)}",
            };
            return walk.Step("route", false, why, route, place);
        }

        string text = rule.Length == 0
            ? $"no route is set: the request goes to {walk.Question.Destination} as it is"
            : $"rule {rule} takes it to {decision.Target?.Name ?? walk.Question.Destination}";
        return walk.Step("route", true, text, route, place) with
        {
            Evidence = Evidence(
                ("rule", rule.Length == 0 ? null : rule),
                ("backend", decision.Target?.Name),
                ("requestTimeoutMs", decision.RequestTimeoutMs == 0 ? null : decision.RequestTimeoutMs),
                ("backendTimeoutMs", decision.BackendTimeoutMs == 0 ? null : decision.BackendTimeoutMs)),
        };
    }

    private WhyStep PolicyStep(WhyWalk walk)
    {
        (Verdict verdict, PolicyView? policy) = walk.Judge(trustDomain);
        Resource? resource = walk.PolicyOf(verdict);
        string[] places = verdict.Rule < 0 ? ["spec"] : [DecidingObjects.RulePath(verdict.Rule), "spec"];
        string who = walk.IsCallerMeshed ? walk.Question.Source : "a caller without a proxy";
        if (!verdict.IsAllowed)
        {
            walk.Fail("policy", verdict.Reason);
            string why = verdict switch
            {
                { Reason: EndReason.PlaintextRefused } => $"{walk.Target} takes mutual TLS only, and {walk.Question.Source} has no proxy to speak it",
                { PolicyName: Verdict.NoAllowMatched } => $"policies of {walk.Target} allow others, and none allows {who} {walk.Question.Method} {walk.Question.Path}",
                { PolicyName: Verdict.DefaultDeny } => $"no policy of {walk.Target} allows {who}, and the default of its namespace is to deny",
                _ => $"policy {verdict.PolicyName} denies {who} {walk.Question.Method} {walk.Question.Path}",
            };
            return walk.Step("policy", false, why, resource, places);
        }

        string text = verdict.PolicyName.Length == 0 ? $"no policy speaks of it, and the default of {walk.Target} is to allow" : $"policy {verdict.PolicyName} allows {who}";
        return walk.Step("policy", true, text, resource, places) with { Evidence = Evidence(("tlsMode", policy?.TlsMode.ToString().ToLowerInvariant())) };
    }

    private static WhyStep EndpointsStep(WhyWalk walk)
    {
        Decision decision = walk.Decide();
        EndpointSet endpoints = decision.Endpoints;
        int healthy = 0, draining = 0, meshed = 0;
        foreach (EndpointView endpoint in endpoints.Endpoints)
        {
            healthy += endpoint.Health is Health.Healthy or Health.Unknown ? 1 : 0;
            draining += endpoint.Health == Health.Draining ? 1 : 0;
            meshed += endpoint.IsMeshed ? 1 : 0;
        }

        var evidence = Evidence(("endpoints", endpoints.Count), ("usable", endpoints.Usable.Length), ("healthy", healthy), ("draining", draining), ("meshed", meshed));
        string found = walk.FirstDown() is { } down ? $"; {walk.Question.Source} finds {down}" : "";
        if (endpoints.Usable.IsEmpty)
        {
            walk.Fail("endpoints", EndReason.NoHealthyEndpoint);
            return new WhyStep { Name = "endpoints", Ok = false, Text = NoneUsable(walk, endpoints) + found, Evidence = evidence };
        }

        bool allSick = healthy == 0;
        walk.Fail("endpoints", allSick ? EndReason.ConnectFailed : EndReason.Ok);
        string text = allSick
            ? $"none of the {endpoints.Count} endpoints of {walk.Target} answers its health check; all are tried all the same"
            : endpoints.IsPanic
                ? $"{(IsHalf(decision) ? "fewer than half" : "too few")} of the {endpoints.Count} endpoints of {walk.Target} are healthy, so all are used"
                : $"{endpoints.Usable.Length} of {endpoints.Count} endpoints of {walk.Target} can be used";
        return new WhyStep { Name = "endpoints", Ok = !allSick, Text = text + found, Evidence = evidence };
    }

    private static string NoneUsable(WhyWalk walk, EndpointSet endpoints) => endpoints.Count == 0
        ? $"{walk.Target} has no endpoint: no workload of it has joined, or its selector matches none"
        : $"none of the {endpoints.Count} endpoints of {walk.Target} is healthy, and its traffic policy wants no other to be used (healthCheck.minHealthyPercent)";

    private static bool IsHalf(in Decision decision) => (decision.Target?.HealthCheck?.MinHealthyPercent ?? EndpointSet.UsualMinHealthyPercent) == EndpointSet.UsualMinHealthyPercent;

    private WhyStep CertificateStep(WhyWalk walk)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<ProxyItem> both = [.. mesh.GetStatus().Proxies.Where(proxy => proxy.Service == walk.Question.Source || proxy.Service == walk.Target)];
        if (!walk.IsCallerMeshed || !both.Exists(proxy => proxy.Service == walk.Target))
        {
            return new WhyStep { Name = "certificate", Ok = true, Text = "one side has no proxy: no certificates are shown" };
        }

        if (ExpiredOf(both, now) is { } expired)
        {
            walk.Fail("certificate", expired.Service == walk.Target ? EndReason.UpstreamTlsFailed : EndReason.PeerCertificateExpired);
            string cut = expired.State == "disconnected" ? "its proxy is not connected to the control plane, which would renew it" : "its proxy cannot renew it";
            return new WhyStep { Name = "certificate", Ok = false, Text = $"the certificate of {expired.Workload} expired at {expired.CertificateNotAfter:u}: {cut}" };
        }

        DateTimeOffset? soonest = both.Min(static proxy => proxy.CertificateNotAfter);
        return new WhyStep
        {
            Name = "certificate",
            Ok = true,
            Text = soonest is { } until ? $"both sides have certificates, valid until {until:u} at least" : "both sides have proxies; they have not said yet until when their certificates are valid",
            Evidence = Evidence(("identity", both.Find(proxy => proxy.Service == walk.Target)?.Identity), ("notAfter", soonest?.ToString("o"))),
        };
    }

    /// <summary>
    /// A proxy whose certificate is over. One that is not connected counts only where no other of its service could speak: it may long be gone.
    /// </summary>
    private static ProxyItem? ExpiredOf(List<ProxyItem> proxies, DateTimeOffset now)
    {
        foreach (IGrouping<string, ProxyItem> side in proxies.GroupBy(static proxy => proxy.Service))
        {
            List<ProxyItem> expired = [.. side.Where(proxy => proxy.CertificateNotAfter <= now)];
            if (expired.Find(static proxy => proxy.State != "disconnected") is { } connected)
            {
                return connected;
            }

            if (expired.Count > 0 && expired.Count == side.Count())
            {
                return expired[0];
            }
        }

        return null;
    }

    private async ValueTask<(WhyStep Step, string? Code)> OutcomesAsync(WhyQuestion question, CancellationToken stop)
    {
        TrafficTable table = await traffic.GetEdgesAsync(TrafficQuery.Last(OutcomeSeconds, time.GetUtcNow()), stop);
        TrafficRow? row = table.Rows.FirstOrDefault(edge => edge.Source == question.Source && edge.Destination == question.Destination);
        if (row is null || row.Requests == 0)
        {
            return (new WhyStep { Name = "outcomes", Ok = true, Text = $"nothing was sent in the last {OutcomeSeconds / 60:0} minutes" }, null);
        }

        string? code = row.Reasons.OrderByDescending(static reason => reason.Value).Select(static reason => reason.Key).FirstOrDefault();
        double share = (double)row.Failures / row.Requests;
        bool ok = share <= FailureShareMin;
        FlowStory? story = ok ? null : await LastFailureAsync(question, stop);
        long refused = (long)Math.Round(row.ClientErrors * row.Requests);
        string text = row.Failures == 0
            ? $"{row.Requests} exchanges in the last {OutcomeSeconds / 60:0} minutes, {(refused == 0 ? "all successful" : $"none failed, {refused} answered with 4xx")}"
            : $"{row.Failures} of {row.Requests} exchanges failed in the last {OutcomeSeconds / 60:0} minutes{(code is null ? ": the application answered with errors" : $", most with {code}")}";
        StoryCause? cause = story?.Cause;
        return (new WhyStep
        {
            Name = "outcomes",
            Ok = ok,
            Text = story is null ? text : $"{text}; the last one: {story.Verdict}",
            Object = cause?.Object,
            Line = cause?.Line,
            Commit = cause?.Commit,
            Evidence = Evidence(("requests", row.Requests), ("failures", row.Failures), ("p99Ms", row.P99Ms), ("reason", code), ("score", row.Score), ("requestId", story?.RequestId)),
        }, ok ? null : cause is null ? code : cause.Code);
    }

    /// <summary>What became of the last request between the two that failed, of one like that in question if there is one. Its cause may lie hops further on.</summary>
    private async ValueTask<FlowStory?> LastFailureAsync(WhyQuestion question, CancellationToken stop)
    {
        DateTimeOffset since = time.GetUtcNow() - TimeSpan.FromSeconds(OutcomeSeconds);
        List<FlowRecord> failed =
        [
            .. flows.List(Filter.All, RecordsMax, since).Flows.Where(record => record.HasFailed && record.RequestId.Length > 0
                && record.Source?.Service == question.Source && record.Destination?.Service == question.Destination),
        ];
        FlowRecord? last = failed.Find(record => record.Method == question.Method && record.Path == question.Path) ?? failed.FirstOrDefault();
        return last is null ? null : await flows.FindAsync(last.RequestId, stop);
    }

    private static Dictionary<string, JsonElement> Evidence(params ReadOnlySpan<(string Name, object? Value)> items) => EvidenceText.Of(items);
}
