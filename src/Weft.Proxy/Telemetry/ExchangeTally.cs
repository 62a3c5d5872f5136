using Weft.Proxy.Flows;

namespace Weft.Proxy.Telemetry;

/// <summary>What is added to the figures of an exchange's edge besides its count, bytes and latency.</summary>
/// <param name="Parts">The parts of its time.</param>
/// <param name="Attempts">How often an endpoint was tried.</param>
/// <param name="MessagesSent">gRPC messages towards the destination.</param>
/// <param name="MessagesReceived">gRPC messages from it.</param>
internal readonly record struct ExchangeTally(FlowParts Parts, int Attempts, long MessagesSent, long MessagesReceived);
