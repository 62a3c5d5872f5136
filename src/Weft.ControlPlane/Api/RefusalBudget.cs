namespace Weft.ControlPlane.Api;

/// <summary>How many refusals of callers that nobody knows are written to the audit log: a stranger must not fill the disk.</summary>
internal sealed class RefusalBudget(TimeProvider time)
{
    private const int PerMinuteMax = 60;
    private readonly Lock _gate = new();
    private long _minute;
    private int _used;

    public bool TryTake()
    {
        lock (_gate)
        {
            long minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
            if (minute != _minute)
            {
                _minute = minute;
                _used = 0;
            }

            return _used++ < PerMinuteMax;
        }
    }
}
