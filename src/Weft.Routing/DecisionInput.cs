using Weft.Primitives.Http;

namespace Weft.Routing;

/// <summary>What is known of an outbound exchange when it is decided.</summary>
/// <param name="Service">"&lt;namespace&gt;/&lt;name&gt;" of the service that the destination means.</param>
/// <param name="Port">The port that the application dialled.</param>
/// <param name="Head">The request; null for an opaque stream, which no route can match.</param>
/// <param name="Random">Uniform over all 64 bits; chooses among weighted backends.</param>
public readonly record struct DecisionInput(string Service, int Port, MessageHead? Head, ulong Random);
