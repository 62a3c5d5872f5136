using System.Text;
using Weft.Contracts;
using Weft.Contracts.Api;
using Weft.Contracts.Mesh;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Store;
using Weft.Identity;
using Weft.Model;
using Weft.Primitives.Http;
using Weft.Routing;
using Weft.Routing.Authorization;
using Weft.Routing.Snapshot;

namespace Weft.ControlPlane.Why;

/// <summary>What one question is answered from.</summary>
internal sealed class WhyWalk
{
    private readonly Dictionary<string, EndReason> _codes = new(StringComparer.Ordinal);
    private readonly ModelRevision _revision;
    private readonly bool _isPreview;
    private readonly MeshView _view;
    private readonly NamespacedName _source;
    private readonly NamespacedName _destination;
    private readonly Func<string, IReadOnlyList<CheckItem>> _checksOf;
    private Decision? _decision;

    /// <param name="view">What proxies would get.</param>
    /// <param name="revision">What that is made from.</param>
    /// <param name="isPreview">Whether it is not in force: what has no age in it comes from documents.</param>
    /// <param name="question">Between which services, and which request.</param>
    /// <param name="source">The caller.</param>
    /// <param name="destination">The service that is called.</param>
    /// <param name="checksOf">What the caller's proxies have found of a service's endpoints without a proxy.</param>
    internal WhyWalk(
        MeshView view, ModelRevision revision, bool isPreview, WhyQuestion question, NamespacedName source, NamespacedName destination, Func<string, IReadOnlyList<CheckItem>> checksOf)
    {
        _checksOf = checksOf;

        (_view, _revision, _isPreview, Question, _source, _destination) = (view, revision, isPreview, question, source, destination);
        Callee = view.Services.GetValueOrDefault(destination);
        Port = Callee is null ? 0
            : question.Port == 0 ? Callee.Ports.Select(static port => port.Port).FirstOrDefault()
            : Callee.Ports.Any(port => port.Port == question.Port) || Callee.Ports.Count == 0 ? question.Port : 0;
    }

    internal WhyQuestion Question { get; }

    internal MeshService? Callee { get; }

    /// <summary>0 when the callee does not have it.</summary>
    internal int Port { get; }

    internal bool IsCallerMeshed { get; set; }

    internal MeshModel Model => _revision.Model;

    /// <summary>The service that answers.</summary>
    internal string Target => Decide().Target?.Name ?? Question.Destination;

    internal void Fail(string step, EndReason reason) => _codes[step] = reason;

    internal string? CodeOf(string step) => _codes.TryGetValue(step, out EndReason reason) ? EndReasons.Code(reason) : null;

    /// <param name="name">Which step.</param>
    /// <param name="ok">Whether the request gets past it.</param>
    /// <param name="text">What it found.</param>
    /// <param name="resource">What decided; null: a default.</param>
    /// <param name="places">The field of it that did, and what is told where it has no such: the line is that in the file of a document that was sent along, else in the canonical text.</param>
    internal WhyStep Step(string name, bool ok, string text, Resource? resource, params string[] places)
    {
        if (resource is null)
        {
            return new WhyStep { Name = name, Ok = ok, Text = text };
        }

        bool isSentAlong = _isPreview && !_revision.Ages.ContainsKey(resource.Key);
        DecidingObject decider = DecidingObjects.Of(_revision, resource, isSentAlong ? resource.Origin.LineOf(places) : resource.LineInYaml(places));
        return new WhyStep
        {
            Name = name, Ok = ok, Text = text, Object = decider.Object, File = isSentAlong ? resource.Origin.File : null, Line = decider.Line, Commit = decider.Commit,
        };
    }

    internal Decision Decide()
        => _decision ??= Decider.Decide(Snapshot(_source.ToString(), [.. Reachable()]), new DecisionInput(Question.Destination, Port, Head(), 0));

    internal (Verdict Verdict, PolicyView? Policy) Judge(string trustDomain)
    {
        MeshSnapshot callee = Snapshot(Target, [NamespacedName.Find(Target) ?? _destination]);
        PeerContext peer = IsCallerMeshed
            ? new PeerContext(SpiffeId.ForWorkload(trustDomain, _source.Namespace, _source.Name).ToString(), _source.Namespace)
            : PeerContext.Plain;
        return (Authorizer.Judge(callee.Policy, peer, Head(), Decide().Port?.Number ?? Port), callee.Policy);
    }

    /// <summary>The first endpoint of the service that answers which the caller's proxies find unhealthy, with what they found; null when there is none.</summary>
    internal string? FirstDown() => _checksOf(Target).FirstOrDefault(static item => item.IsDown()) is { } down ? $"{down.Endpoint} unhealthy: {down.Finding}" : null;

    internal Resource? PolicyOf(Verdict verdict)
    {
        NamespacedName target = NamespacedName.Find(Target) ?? _destination;
        return verdict.PolicyName switch
        {
            Verdict.NoAllowMatched => Model.AuthorizationPoliciesOf(target).FirstOrDefault(static policy => policy.Spec.Action == Weft.Model.Policies.PolicyAction.Allow),
            Verdict.DefaultDeny => Model.All.FirstOrDefault(item => item.Key.Kind.KindName() == "NamespacePolicy" && item.Key.Namespace == target.Namespace),
            "" => null,
            string name => DecidingObjects.FindPolicy(Model, name),
        };
    }

    /// <summary>The callee and every service that its routes may lead to.</summary>
    private HashSet<NamespacedName> Reachable()
    {
        HashSet<NamespacedName> names = [_destination];
        foreach (RouteRule rule in RouteSetGenerator.Generate(_destination, _view.Index, _view.Services)?.Rules ?? [])
        {
            names.UnionWith(rule.Backends.Select(static backend => NamespacedName.Find(backend.Service)).OfType<NamespacedName>());
        }

        return names;
    }

    private MeshSnapshot Snapshot(string own, IReadOnlyCollection<NamespacedName> services)
    {
        SnapshotBuilder builder = new(own);
        foreach (NamespacedName service in services)
        {
            foreach (string type in (ReadOnlySpan<string>)[TypeUrls.PolicySet, TypeUrls.Service, TypeUrls.Endpoints, TypeUrls.RouteSet])
            {
                if (ResourceGenerator.Generate(new DiscoveryKey(type, service.ToString()), _view) is { } bytes)
                {
                    builder.Put(new RawResource(type, service.ToString(), "", bytes));
                }
                else
                {
                    builder.Remove(type, service.ToString());
                }
            }
        }

        foreach (CheckItem item in services.SelectMany(service => _checksOf(service.ToString())))
        {
            builder.Judge(item.Service, item.Endpoint, item.IsDown() ? Health.Unhealthy : Health.Healthy);
        }

        return builder.Build((ulong)Math.Max(0, _view.Commit)).Snapshot;
    }

    private MessageHead Head()
    {
        MessageHead head = new();
        head.Method = head.Append(Encoding.UTF8.GetBytes(Question.Method));
        head.Path = head.Append(Encoding.UTF8.GetBytes(Question.Path));
        head.Authority = head.Append(Encoding.UTF8.GetBytes(_destination.Name));
        foreach (string header in Question.Headers)
        {
            int colon = header.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                head.AddField(Encoding.UTF8.GetBytes(header[..colon].Trim().ToLowerInvariant()), Encoding.UTF8.GetBytes(header[(colon + 1)..].Trim()));
            }
        }

        return head;
    }
}
