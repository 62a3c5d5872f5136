namespace Weft.Bench.Drawing;

/// <summary>One bar: how long, and what stands at its end.</summary>
internal sealed record Bar(string Label, double Value, string Text, bool IsOurs);
