namespace Weft.Proxy.Telemetry;

/// <summary>The pooled part of an <see cref="ExchangeRecord"/>. A generation tells a closed record from the next user of the same place.</summary>
internal sealed class OpenExchange(Meters meters)
{
    public Meters Meters { get; } = meters;

    /// <summary>Odd while open, even while in the pool.</summary>
    public uint Generation { get; set; }

    public long StartedAt { get; set; }

    /// <summary>When the head of the answer came, 0 before.</summary>
    public long AnsweredAt { get; set; }

    public EdgeKey Edge { get; set; }

    /// <summary>First cell of the edge, which carries the gauge; null until the edge is known.</summary>
    public MeterCell? EdgeCell { get; set; }
}
