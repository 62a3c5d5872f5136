using Weft.Contracts.Session;

namespace Weft.Proxy.Session;

/// <summary>What a session tells the control plane.</summary>
internal interface ISessionFacts
{
    Hello Hello();

    HealthReport Health();

    /// <summary>The changes since the last report of the same session.</summary>
    TrafficReport Traffic();

    /// <summary>A new session begins: its first report is whole.</summary>
    void SessionStarted();
}
