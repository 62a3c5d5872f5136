using Weft.Primitives.Http;
using Weft.Proxy.Flows;
using Weft.Proxy.Upstreams;
using Weft.Routing;

namespace Weft.Proxy.Paths;

/// <summary>
/// Says where exchanges go. The path carries out what the director says; relay, outbound and inbound differ in nothing else.
/// </summary>
internal abstract class Director
{
    /// <summary>What the exchanges of this director may spend on further attempts.</summary>
    public RetryBudget Retries { get; } = new();

    /// <summary>Whether new exchanges are answered with 503 now.</summary>
    public Func<bool> Sheds { get; init; } = static () => false;

    /// <summary>Writes the records of exchanges; null: only figures are kept.</summary>
    public FlowRecorder? Flows { get; init; }

    /// <summary>Whether new request ids are told to upstreams.</summary>
    public virtual bool PassesIds => true;

    /// <summary>Decides, and edits the request head for its way. <see cref="EndReason.Ok"/>: go on; anything else refuses the exchange.</summary>
    public abstract ValueTask<EndReason> DirectAsync(ExchangeContext context);

    /// <summary>The next upstream to try, null when none is left.</summary>
    public abstract Upstream? Next(ExchangeContext context);

    /// <summary>Edits a final response head for its way back.</summary>
    public virtual void OnResponse(ExchangeContext context, MessageHead head)
    {
    }

    /// <summary>Whether the answer only says that the far proxy did not pass the request on, so that another endpoint may be asked.</summary>
    public virtual bool IsUnprocessed(ExchangeContext context, MessageHead response) => false;

    /// <summary>How long the exchange may last once it is a tunnel.</summary>
    public virtual TunnelTimes TunnelTimesOf(ExchangeContext context) => TunnelTimes.Default;

    /// <summary>An attempt on the upstream that <see cref="Next"/> gave last has ended.</summary>
    public abstract void OnAttempt(ExchangeContext context, EndReason reason);

    /// <summary>The exchange has ended. Called exactly once.</summary>
    public abstract void OnOutcome(ExchangeContext context, EndReason reason);

    /// <summary>Whether the caller's request id is taken over.</summary>
    public virtual bool TrustsIds(Arrival arrival) => false;

    /// <summary>Adds to the record of an exchange what only the director knows.</summary>
    /// <param name="context">The exchange, which has ended.</param>
    /// <param name="reason">How.</param>
    /// <param name="considers">Whether the endpoints that were looked at are wanted.</param>
    /// <param name="record">Being written.</param>
    public virtual void Describe(ExchangeContext context, EndReason reason, bool considers, ref FlowData record)
    {
    }

    /// <summary>Counts what a driver refused before it became an exchange.</summary>
    public abstract void OnRefused(EndReason reason);

    /// <summary>What an answer of our own says besides its status; empty: nothing.</summary>
    public virtual string ExplainRefusal(ExchangeContext context, EndReason reason) => "";
}
