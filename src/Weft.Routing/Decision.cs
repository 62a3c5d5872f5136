using Weft.Routing.Matching;
using Weft.Routing.Snapshot;

namespace Weft.Routing;

/// <summary>Where an outbound exchange goes, or why it goes nowhere. Points into the snapshot it was made from.</summary>
public readonly record struct Decision
{
    /// <summary><see cref="EndReason.Ok"/>, or why the exchange is refused.</summary>
    public EndReason Refusal { get; init; }

    public bool IsRefusal => Refusal != EndReason.Ok;

    /// <summary>The service that was asked for; null only when it is not known.</summary>
    public ServiceView? Service { get; init; }

    /// <summary>The rule that took the request; null when the service has no routes for the port, and for opaque streams.</summary>
    public RouteRuleView? Rule { get; init; }

    /// <summary>The rule's backend; null without a rule.</summary>
    public BackendView? Backend { get; init; }

    /// <summary>The service that answers: that of the backend, else <see cref="Service"/>. Null on a refusal before that is known.</summary>
    public ServiceView? Target { get; init; }

    /// <summary>The port of <see cref="Target"/>.</summary>
    public PortView? Port { get; init; }

    /// <summary>
    /// The name of a service that the decision needs and the snapshot does not have; null when none is missing. The proxy asks for
    /// it and decides again.
    /// </summary>
    public string? MissingService { get; init; }

    public EndpointSet Endpoints => Target?.Endpoints ?? EndpointSet.Empty;

    /// <summary>What metrics show as route; empty without a rule.</summary>
    public string RouteName => Rule?.Name ?? "";

    /// <summary>All attempts together; 0: none.</summary>
    public int RequestTimeoutMs => Rule?.RequestTimeoutMs ?? 0;

    /// <summary>One attempt; 0: none.</summary>
    public int BackendTimeoutMs => Rule?.BackendTimeoutMs ?? 0;

    public int ConnectTimeoutMs => Target?.ConnectTimeoutMs ?? 0;

    /// <summary>Streams to the target without a byte either way for so long end; 0: never.</summary>
    public int IdleTimeoutMs => Target?.IdleTimeoutMs ?? 0;

    /// <summary>Edits the request as the rule and then the backend say.</summary>
    public void EditRequest(Primitives.Http.MessageHead head)
    {
        Rule?.RequestEdits.Apply(head);
        Backend?.RequestEdits.Apply(head);
    }

    public void EditResponse(Primitives.Http.MessageHead head) => Rule?.ResponseEdits.Apply(head);
}
