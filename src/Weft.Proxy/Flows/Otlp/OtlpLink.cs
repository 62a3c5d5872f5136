using System.Globalization;
using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Proxy.Upstreams;
using Weft.Routing;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>
/// The connections to one collector. A request waits for one no longer than it may take in all. A dial cannot be called back: one that nobody waits for any more ends
/// by its own limits, and the signal's next request waits for that one, so that of each signal at most one is under way.
/// </summary>
internal sealed class OtlpLink
{
    private readonly EventLoop _loop;
    private readonly Upstream _upstream;
    private readonly HttpVersion _version;
    private readonly string _authority;
    private readonly Dial[] _dials = [new(), new(), new()];
    private string? _told;

    /// <param name="options">Where to.</param>
    /// <param name="loop">The control loop.</param>
    /// <param name="open">Makes the dialer; it gets what takes the dialer's words.</param>
    /// <param name="tls">Where options ask for TLS.</param>
    public OtlpLink(OtlpOptions options, EventLoop loop, Func<Action<string>, IDialer> open, TlsContext? tls)
    {
        bool isGrpc = options.Protocol == OtlpProtocol.Grpc;
        _loop = loop;
        _version = isGrpc ? HttpVersion.Http2 : HttpVersion.Http11;
        _authority = options.Authority;
        UpstreamSettings settings = new()
        {
            Address = options.Place.Address,
            Host = options.Place.Host,
            Protocol = isGrpc ? UpstreamProtocol.Http2 : UpstreamProtocol.Http1,
            Tls = tls is null ? null : () => tls,

            // A certificate never has the dot that may end a name.
            ExpectedName = tls is null ? null : options.Place.Host?.TrimEnd('.') ?? options.Place.Address.HostText,
        };
        _upstream = new Upstream(loop, open(message => _told = message), settings, ConnectionLimits.Default);
    }

    /// <summary>A lease, or why there is none.</summary>
    public async ValueTask<(ILease? Lease, string Fault)> AcquireAsync(OtlpSignal signal, OtlpTimer timer)
    {
        Dial dial = _dials[(int)signal];
        dial.Waiting = timer.Changed;
        if (!dial.IsUnderWay)
        {
            _ = DialAsync(dial);
        }

        while (dial.Result is null && !timer.IsLate)
        {
            await timer.Changed;
        }

        LeaseResult? result = dial.Result;
        dial.Waiting = null;
        dial.Result = null;
        return result is not { } done ? (null, string.Create(CultureInfo.InvariantCulture, $"no connection to {_authority} within {OtlpCollectors.AnswerMs / 1_000} s"))
            : done.Lease is null ? (null, Refusal(done.Reason))
            : (done.Lease, "");
    }

    private async Task DialAsync(Dial dial)
    {
        dial.IsUnderWay = true;
        LeaseResult result = await _upstream.AcquireAsync(_version, new Signal(_loop));
        dial.IsUnderWay = false;
        if (dial.Waiting is { } waiting)
        {
            dial.Result = result;
            waiting.Set();
        }
        else
        {
            result.Lease?.GiveBack();
        }
    }

    /// <summary>The dialer's own words belong to the two reasons with which it says any.</summary>
    private string Refusal(EndReason reason)
    {
        string text = $"no connection to {_authority} ({EndReasons.Code(reason)})";
        return reason is EndReason.UpstreamTlsFailed or EndReason.NameUnresolved && _told is { } told ? $"{text}: {told}" : text;
    }

    private sealed class Dial
    {
        public bool IsUnderWay { get; set; }

        /// <summary>The request that waits.</summary>
        public Signal? Waiting { get; set; }

        public LeaseResult? Result { get; set; }
    }
}
