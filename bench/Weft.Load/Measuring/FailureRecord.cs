namespace Weft.Load.Measuring;

/// <summary>One failed request: when it was meant to be sent, in seconds from the start, and when the failure was known.</summary>
internal sealed record FailureRecord(double AtS, double KnownAtS, string Kind, string Reason);
