using Weft.Proxy.Engine;

namespace Weft.Proxy.Flows;

/// <summary>The moments of one exchange on the loop's clock, as they pass, and the parts made of them at its end.</summary>
internal struct FlowTimes
{
    private long _queueUs;
    private long _connectUs;

    /// <summary>When the last byte of the request's body was handed over; 0 while it was not.</summary>
    public long UploadedUs { get; set; }

    public void Begin() => this = default;

    /// <summary>A lease was got, or was not to be had.</summary>
    /// <param name="waitedUs">All of the wait.</param>
    /// <param name="dialUs">Of it, dialling and handshake for this exchange.</param>
    public void Leased(long waitedUs, long dialUs)
    {
        _connectUs += dialUs;
        _queueUs += Math.Max(0, waitedUs - dialUs);
    }

    /// <summary>Makes the parts.</summary>
    /// <param name="startedUs">The head of the request came.</param>
    /// <param name="sentUs">The request went out in the last attempt; 0: it never did.</param>
    /// <param name="answeredUs">The head of the answer came; 0: none.</param>
    /// <param name="endedUs">Now.</param>
    /// <param name="clientRtt">Round trip of the client's connection.</param>
    /// <param name="serverRtt">Round trip of the upstream's connection.</param>
    public readonly FlowParts Make(long startedUs, long sentUs, long answeredUs, long endedUs, RoundTrip clientRtt, RoundTrip serverRtt)
    {
        FlowParts parts = new()
        {
            Total = FlowParts.Span(endedUs - startedUs),
            Latency = FlowParts.Span((answeredUs == 0 ? endedUs : answeredUs) - startedUs),
            ClientRtt = clientRtt.Least,
            Queue = FlowParts.Span(_queueUs),
            Connect = FlowParts.Span(_connectUs),
        };
        if (sentUs == 0)
        {
            return parts;
        }

        // A body that goes on after the answer has begun is no part of waiting for it.
        bool sentWhole = UploadedUs > 0 && (answeredUs == 0 || UploadedUs <= answeredUs);
        long requestedUs = sentWhole ? UploadedUs : sentUs;
        long waited = (answeredUs == 0 ? endedUs : answeredUs) - requestedUs;
        parts.ServerRtt = serverRtt.Estimate(waited);
        parts.Application = FlowParts.Span(waited - parts.ServerRtt);
        parts.Transfer = FlowParts.Span(requestedUs - sentUs + (answeredUs == 0 ? 0 : endedUs - answeredUs));
        return parts;
    }
}
