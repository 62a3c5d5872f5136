namespace Weft.Bench.Contenders;

/// <summary>A process to start, and the port on which it then listens.</summary>
internal sealed record Launch(int Port, params string[] Command);
