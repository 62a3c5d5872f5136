using Weft.Bench.Contenders;
using Weft.Bench.Measuring;

namespace Weft.Bench.Reporting;

/// <summary>The ratios of one scenario. Everything is null where the figures for it are missing.</summary>
internal sealed class Comparison(ScenarioResult scenario)
{
    private readonly Row[] _rows = [.. scenario.Rows.Where(row => row.Failure is null)];

    /// <summary>The peer with the least CPU time per request.</summary>
    public Row? BestPeer => _rows.Where(row => row.Role == Role.Peer).MinBy(row => row.CpuUs);

    public Row? Nginx => _rows.FirstOrDefault(row => row.Role == Role.Peer && row.Contender.StartsWith("nginx", StringComparison.Ordinal));

    public Row? Other => _rows.FirstOrDefault(row => row.Role == Role.Other);

    private Row? Weft => _rows.FirstOrDefault(row => row.Role == Role.Weft);

    private Row? Direct => _rows.FirstOrDefault(row => row.CpuUs == 0);

    public static double? Ratio(Row row, Row? to) => to is null || row.CpuUs == 0 ? null : row.CpuUs / to.CpuUs;

    /// <summary>What weft-proxy reached of a goal, as the share the goal limits.</summary>
    public double? Reached(Goal goal)
    {
        if (Weft is not { } weft)
        {
            return null;
        }

        double? ours = Value(weft, goal.Figure);
        double?[] theirs = [.. _rows.Where(row => IsMeant(row, goal.Against)).Select(row => Value(row, goal.Figure))];
        return theirs.Length == 0 || theirs.Min() is not > 0 ? null : ours / theirs.Min();
    }

    private bool IsMeant(Row row, Against against) => against switch
    {
        Against.BestPeer => row.Role == Role.Peer,
        Against.Nginx => row == Nginx,
        Against.Other => row.Role == Role.Other,
        _ => row.Role == Role.Base,
    };

    private double? Value(Row row, Figure figure) => figure switch
    {
        Figure.Cpu => row.CpuUs,
        Figure.AddedP50 => row.P50Us - Direct?.P50Us,
        _ => row.P99Us - Direct?.P99Us,
    };
}
