namespace Weft.ControlPlane.Prometheus;

/// <summary>Takes one sample of an answer.</summary>
/// <param name="values">Values of the labels that were asked for; only lent.</param>
/// <param name="second">Unix time.</param>
/// <param name="value">Not negative.</param>
internal delegate void SampleTaker(ReadOnlySpan<string> values, long second, double value);
