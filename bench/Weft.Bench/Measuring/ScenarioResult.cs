namespace Weft.Bench.Measuring;

internal sealed record ScenarioResult(string Name, string Title, IReadOnlyList<Row> Rows);
