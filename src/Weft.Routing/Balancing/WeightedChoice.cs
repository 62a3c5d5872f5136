namespace Weft.Routing.Balancing;

/// <summary>Chooses among a few with given weights.</summary>
public sealed class WeightedChoice
{
    private readonly long[] _upTo;

    /// <param name="weights">Each 0 or more; 0 is never chosen.</param>
    public WeightedChoice(ReadOnlySpan<int> weights)
    {
        _upTo = new long[weights.Length];
        long total = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weights[i]);
            total += weights[i];
            _upTo[i] = total;
        }
    }

    /// <summary>Sum of the weights.</summary>
    public long Total => _upTo.Length == 0 ? 0 : _upTo[^1];

    /// <summary>The index that a random number chooses, or -1 when all weights are 0.</summary>
    /// <param name="random">Uniform over all 64 bits.</param>
    public int Choose(ulong random)
    {
        long point = (long)Math.BigMul(random, (ulong)Total, out _);
        for (int i = 0; i < _upTo.Length; i++)
        {
            if (point < _upTo[i])
            {
                return i;
            }
        }

        return -1;
    }
}
