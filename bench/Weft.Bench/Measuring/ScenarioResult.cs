namespace Weft.Bench.Measuring;

/// <summary>What was found out in one scenario, in the order in which its contenders were named.</summary>
internal sealed record ScenarioResult(string Name, string Title, Measure Measure, int BodyBytes, IReadOnlyList<Goal> Goals, IReadOnlyList<Row> Rows);
