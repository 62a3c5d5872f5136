using Weft.Primitives.Http;
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

    /// <summary>Counts what a driver refused before it became an exchange.</summary>
    public abstract void OnRefused(EndReason reason);

    /// <summary>What an answer of our own says besides its status; empty: nothing.</summary>
    public virtual string ExplainRefusal(ExchangeContext context, EndReason reason) => "";
}
