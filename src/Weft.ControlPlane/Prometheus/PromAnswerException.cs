namespace Weft.ControlPlane.Prometheus;

/// <summary>What came is no answer of Prometheus' HTTP API; the message says in what.</summary>
internal sealed class PromAnswerException(string message, Exception? cause = null) : Exception(message, cause);
