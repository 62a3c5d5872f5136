namespace Weft.ControlPlane.Api;

/// <summary>How a command ended; <see cref="Text"/> is the proxy's answer, or why there is none.</summary>
public sealed record ProxyCommandOutcome(ProxyCommandResult Result, string Text);
