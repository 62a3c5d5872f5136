namespace Weft.Model.Traffic;

/// <summary>When an endpoint that fails is left alone for a while. Null: the proxy's default.</summary>
public sealed record OutlierDetection(int? ConsecutiveFailures, TimeSpan? Ejection, int? MaxEjectedPercent);
