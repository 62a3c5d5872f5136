namespace Weft.Proxy.Paths;

/// <summary>
/// How many attempts may be made beyond the first ones: one for every five exchanges, and ten in a second when there are few (limits sheet). So
/// a failing upstream is never asked more than 1.2 times what its callers ask.
/// </summary>
internal sealed class RetryBudget
{
    private const double PerExchange = 0.2;
    private const double PerSecond = 10;

    /// <summary>What quiet times can save up: a second's least share, and that of a burst of 500 exchanges.</summary>
    private const double SavedMax = 100;

    private double _earned;
    private double _least = PerSecond;
    private long _lastMs = -1;

    /// <summary>An exchange has begun.</summary>
    public void Earn() => _earned = Math.Min(SavedMax, _earned + PerExchange);

    /// <summary>Takes one attempt; false when there is none left.</summary>
    /// <param name="nowMs">Time of the loop.</param>
    public bool TryTake(long nowMs)
    {
        if (_lastMs >= 0)
        {
            _least = Math.Min(PerSecond, _least + ((nowMs - _lastMs) * PerSecond / 1000));
        }

        _lastMs = nowMs;
        if (_least >= 1)
        {
            _least--;
            return true;
        }

        if (_earned < 1)
        {
            return false;
        }

        _earned--;
        return true;
    }

    /// <summary>An attempt that was taken and not made.</summary>
    public void GiveBack() => _least++;
}
