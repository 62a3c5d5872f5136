using System.Globalization;
using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;
using Weft.Proxy.Upstreams;
using Weft.Routing;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>
/// The connections to one collector. A request waits for one no longer than it may take in all. A dial cannot be called back: one that nobody waits for any more ends
/// by its own limits, and the signal's next request waits for that one, so that of each signal at most one is under way. A collector that cannot be reached is dialled
/// ever more rarely.
/// </summary>
internal sealed class OtlpLink
{
    /// <summary>How long a collector that could not be reached is left alone: at first, and at most.</summary>
    private const int RestMinMs = 1_000;
    private const int RestMaxMs = 10_000;

    private readonly EventLoop _loop;
    private readonly IDialer _dialer;
    private readonly UpstreamSettings _settings;
    private readonly OtlpSecrets _secrets;
    private Upstream _upstream;
    private readonly HttpVersion _version;
    private readonly string _authority;
    private readonly Dial[] _dials = [new(), new(), new()];
    private string? _told;
    private long _restMs;
    private long _restsUntilMs;

    /// <param name="options">Where to.</param>
    /// <param name="loop">The control loop.</param>
    /// <param name="open">Makes the dialer; it gets what takes the dialer's words.</param>
    /// <param name="secrets">What connections are made with.</param>
    public OtlpLink(OtlpOptions options, EventLoop loop, Func<Action<string>, IDialer> open, OtlpSecrets secrets)
    {
        bool isGrpc = options.Protocol == OtlpProtocol.Grpc;
        _loop = loop;
        _version = isGrpc ? HttpVersion.Http2 : HttpVersion.Http11;
        _authority = options.Authority;
        _secrets = secrets;
        _settings = new UpstreamSettings
        {
            Address = options.Place.Address,
            Host = options.Place.Host,
            Protocol = isGrpc ? UpstreamProtocol.Http2 : UpstreamProtocol.Http1,
            Tls = options.IsSecure ? () => secrets.Tls : null,

            // Under TLS the protocol is what both agree on (RFC 9113, 3.2); a server that says nothing would take the preface for a request.
            Alpn = options.IsSecure && isGrpc ? "h2" : null,

            // A certificate never has the dot that may end a name.
            ExpectedName = !options.IsSecure ? null : options.Place.Host?.TrimEnd('.') ?? options.Place.Address.HostText,
        };
        _dialer = open(message => _told = message);
        _upstream = new Upstream(loop, _dialer, _settings, ConnectionLimits.Default);
    }

    /// <summary>Reads files again that have changed; then what rests is closed, and requests from now on get connections that are made with them. Also whether a request may go now.</summary>
    public bool Tend()
    {
        if (_secrets.Look())
        {
            _restMs = 0;
            _restsUntilMs = _loop.NowMs;
            if (_settings.Tls is not null)
            {
                _upstream.Drain();
                _upstream = new Upstream(_loop, _dialer, _settings, ConnectionLimits.Default);
            }
        }

        return _loop.NowMs >= _restsUntilMs;
    }

    /// <summary>
    /// A request was not answered in its time. A connection on which nothing has come since its beginning leads to a host that is gone, or may as well be: nothing would say
    /// so for a quarter of an hour. The next request gets another.
    /// </summary>
    /// <param name="sinceMs">By the loop's clock.</param>
    public void AbandonSilent(long sinceMs) => _upstream.AbandonSilent(sinceMs);

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
        Rest(result.Lease is not null);
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

    /// <summary>Of dials that were under way together one counts.</summary>
    private void Rest(bool isReached)
    {
        if (isReached)
        {
            _restMs = 0;
            _restsUntilMs = _loop.NowMs;
        }
        else if (_loop.NowMs >= _restsUntilMs)
        {
            _restMs = Math.Clamp(2 * _restMs, RestMinMs, RestMaxMs);
            _restsUntilMs = _loop.NowMs + _restMs;
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
