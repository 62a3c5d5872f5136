using Weft.Primitives.Http;

namespace Weft.Routing;

/// <summary>What is known of an outbound exchange when it is decided.</summary>
/// <param name="Service">"&lt;namespace&gt;/&lt;name&gt;" of the service that the destination means.</param>
/// <param name="Port">The port that the application dialled.</param>
/// <param name="Head">The request; null for an opaque stream, which only routes for TLS can match.</param>
/// <param name="Random">Uniform over all 64 bits; chooses among weighted backends.</param>
/// <param name="ServerName">Of an opaque stream: the server name that its own TLS asks for; empty when it was not looked at.</param>
public readonly record struct DecisionInput(string Service, int Port, MessageHead? Head, ulong Random, string ServerName = "");
