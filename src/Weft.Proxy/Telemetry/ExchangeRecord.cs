using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <summary>
/// The account of one exchange, opened by the path that serves it and closed exactly once, with its outcome.
/// <code>
/// using ExchangeRecord record = meters.Open(Direction.Outbound);
/// record.SetEdge(new EdgeKey { … });          // as soon as it is known, again when a retry changes it
/// record.Close(EndReason.Ok, 200, sent, received);
/// </code>
/// Disposing a record that was not closed, or closing it twice, is a <see cref="MeshBug"/>. It costs no allocation
/// in steady state and belongs to the loop that opened it. Copies are the same record.
/// </summary>
internal readonly struct ExchangeRecord : IDisposable
{
    private readonly OpenExchange? _exchange;
    private readonly uint _generation;

    internal ExchangeRecord(OpenExchange exchange)
    {
        _exchange = exchange;
        _generation = exchange.Generation;
    }

    /// <summary>Whether it still waits for its outcome.</summary>
    public bool IsOpen => _exchange is not null && _exchange.Generation == _generation;

    /// <summary>The edge that was set last; the direction alone before. Nothing of a closed record.</summary>
    public EdgeKey Edge => IsOpen ? _exchange!.Edge : new EdgeKey { Direction = default };

    /// <summary>Says who talks to whom; the exchange counts as active on that edge from now on.</summary>
    public void SetEdge(in EdgeKey edge)
    {
        if (Check("its edge was set"))
        {
            _exchange!.Meters.Move(_exchange, edge);
        }
    }

    /// <summary>Counts bytes of a long stream while it is open, so that it shows before it ends. Not to be given to <see cref="Close"/> again.</summary>
    /// <param name="sent">Bytes towards the destination since the last call.</param>
    /// <param name="received">Bytes from the destination since the last call.</param>
    public void AddBytes(long sent, long received)
    {
        if (Check("bytes were added"))
        {
            _exchange!.EdgeCell?.AddBytes(sent, received);
        }
    }

    /// <summary>
    /// Says that the head of the answer is here, for a tunnel that it is through. The latency ends now: how long a body or a
    /// stream goes on from here is up to both sides. Without it the latency ends with the exchange.
    /// </summary>
    public void Answer()
    {
        if (Check("its answer came"))
        {
            _exchange!.Meters.Answer(_exchange);
        }
    }

    /// <summary>Ends the account.</summary>
    /// <param name="reason">How it ended.</param>
    /// <param name="status">HTTP status that the client got, 0 for none.</param>
    /// <param name="bytesSent">Body bytes towards the destination.</param>
    /// <param name="bytesReceived">Body bytes from the destination.</param>
    /// <param name="grpcStatus">gRPC status from the trailers, -1 for none.</param>
    /// <param name="tally">What else is counted.</param>
    public void Close(EndReason reason, int status, long bytesSent, long bytesReceived, int grpcStatus = -1, in ExchangeTally tally = default)
    {
        if (Check("it was closed"))
        {
            _exchange!.Meters.Close(_exchange, new Ending(reason, status, grpcStatus, bytesSent, bytesReceived), tally);
        }
    }

    /// <summary>Ends the account of what turned out to be no exchange: nothing is counted.</summary>
    public void Drop()
    {
        if (Check("it was dropped"))
        {
            _exchange!.Meters.Drop(_exchange);
        }
    }

    /// <summary>A record left open by its path is closed as a fault of ours.</summary>
    public void Dispose()
    {
        if (IsOpen)
        {
            MeshBug.Report("an exchange ended without an outcome");
            _exchange!.Meters.Close(_exchange, new Ending(EndReason.InternalError, 0, -1, 0, 0), default);
        }
    }

    private bool Check(string what)
    {
        if (IsOpen)
        {
            return true;
        }

        MeshBug.Report($"an exchange was already closed when {what}");
        return false;
    }
}
