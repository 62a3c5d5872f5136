namespace Weft.Proxy.Discovery;

/// <summary>
/// Pauses between attempts: doubled each time up to a bound, and each one shortened at random by up to half, so that a thousand
/// proxies that lost the same server do not come back at the same moment.
/// </summary>
internal sealed class Backoff(int firstMs, int mostMs, Random random)
{
    private readonly int _firstMs = firstMs;
    private int _nextMs;

    public int NextMs()
    {
        int next = _nextMs == 0 ? _firstMs : _nextMs;
        int pause = next - random.Next((next / 2) + 1);
        _nextMs = Math.Min(mostMs, next * 2);
        return pause;
    }

    /// <summary>It worked: the next pause is the first one again.</summary>
    public void Reset() => _nextMs = 0;
}
