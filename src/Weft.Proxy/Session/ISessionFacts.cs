using Weft.Contracts.Session;

namespace Weft.Proxy.Session;

/// <summary>What a session tells the control plane.</summary>
internal interface ISessionFacts
{
    Hello Hello();

    HealthReport Health();

    /// <summary>The changes since the last report of the same session.</summary>
    TrafficReport Traffic();

    /// <summary>What was found of endpoints without a proxy; null while that is what this session was told last, or nothing from the start.</summary>
    CheckReport? Checks();

    /// <summary>A new session begins: its first report is whole.</summary>
    void SessionStarted();
}
