namespace Weft.Model.Traffic;

/// <summary>Statuses from the first to the last, both included; 200..599.</summary>
public readonly record struct StatusRange(int First, int Last);
